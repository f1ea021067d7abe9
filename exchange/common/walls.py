"""Walls in the database: what must never be changed is refused there, whoever asks."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are only added: no update, no delete, no truncate."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'rows of % are kept for good', TG_TABLE_NAME;",
        ),
    ]
