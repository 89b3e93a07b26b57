"""Feeds that teams follow: asked when they are due, read once, each with its health."""
