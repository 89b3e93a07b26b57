"""Question to Answer: parse, search, rank, compose, check."""
