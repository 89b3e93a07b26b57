"""A faithful fake Slack on loopback and the page that shows it, for newcomers and for tests."""
