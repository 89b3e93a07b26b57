"""The truth: the SQL tables of articles, versions, ledger, chunks and changes."""
