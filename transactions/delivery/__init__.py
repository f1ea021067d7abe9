"""Entitlement, checked downloads, confirmation."""
