"""What the articles say: read, analyse, store, search and answer. Imports nothing of ours."""
