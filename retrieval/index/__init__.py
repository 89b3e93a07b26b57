"""What is derived from the store and can be rebuilt from it at will: vectors, Chroma, Tantivy."""
