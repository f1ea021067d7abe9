"""Stored files: content kept under our own ids, always checked against its SHA-256."""
