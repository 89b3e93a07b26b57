"""The kinds of question: what each gathers, and what it makes of it."""
