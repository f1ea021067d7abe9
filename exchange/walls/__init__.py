"""Who may do what in PostgreSQL: roles of the processes and the grants each gets, computed from the models."""
