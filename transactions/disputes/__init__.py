"""Complaint, answer, mediation, ruling, appeal and remedy of a trade."""
