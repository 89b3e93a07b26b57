"""Rules for alerts, what each of them makes of an article, and how much of it is told when."""
