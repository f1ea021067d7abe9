"""Entitlement, checked downloads, confirmation or objection."""
