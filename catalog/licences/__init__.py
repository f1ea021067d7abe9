"""Licence templates: clauses as answers, plain words, legal text, ODRL."""
