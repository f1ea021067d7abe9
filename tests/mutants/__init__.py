"""Seeded faults: a check is taken out of the code while the program runs, and a test must notice."""
