"""The history of the tables of bot."""
