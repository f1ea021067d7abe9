"""Who may do what: roles, staff appointments, the acting organisation."""
