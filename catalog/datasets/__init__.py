"""Files of a revision: reading, profile, dictionary, preview."""
