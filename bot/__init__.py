"""Slack, the command line, the process and its environment."""
