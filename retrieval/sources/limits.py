"""How much of one source Tape reads: what lies above hung the parsers. Knows nothing else."""

BODY_LIMIT = 5 * 1024 * 1024  # bytes of a document, or of a line of JSONL
ITEM_LIMIT = 500  # items of a feed
