"""Closed code lists, provinces, banks, agency codes and holidays, with labels in both languages."""
