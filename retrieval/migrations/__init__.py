"""Where Alembic runs, for every package; the steps are in each one's own `migrations` folder."""
