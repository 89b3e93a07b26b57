"""Our nouns to Block Kit, pure. Knows nothing of the Slack client, the store or the clock."""
