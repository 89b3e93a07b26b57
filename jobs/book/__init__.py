"""Somebody's book: read from a table, weighed by the news, told to its owner alone."""
