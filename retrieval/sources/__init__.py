"""Bytes to Article: the only code that fetches from the web or parses what others wrote."""
