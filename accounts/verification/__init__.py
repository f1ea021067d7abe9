"""Admission of a participant: case, evidence, decision, service contract."""
