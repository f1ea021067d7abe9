"""Class and protection of a revision."""
