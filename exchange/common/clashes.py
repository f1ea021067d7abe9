"""Two transactions in each other's way: the database ended one of them, and it can simply be done again."""

from django.db import OperationalError

CLASHES = {"40001", "40P01"}  # serialization failure, deadlock: nothing of the transaction was kept


def is_clash(error: BaseException) -> bool:
    """Whether the database asks for the same again; a lost connection is none: it may have been committed."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in CLASHES
