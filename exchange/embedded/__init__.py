"""Embedded PostgreSQL: started by ourselves when no DATABASE_URL is set."""
