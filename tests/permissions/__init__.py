"""Who may open what and do what: every address and every use case, by every kind of person."""
