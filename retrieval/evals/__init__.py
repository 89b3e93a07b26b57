"""Measured quality: evaluation sets in, a scoreboard out."""
