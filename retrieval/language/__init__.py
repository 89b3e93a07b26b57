"""Article to Analysis: who is named, who gains or loses, and where the text says so."""
