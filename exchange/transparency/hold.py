"""After a restore the log stays closed until somebody has shown what was published last: a file says so."""

import json
from pathlib import Path

from django.conf import settings

from exchange.transparency.sealer import LogHalted


def place() -> Path:
    """Where the note lies: beside the published log, never inside it."""
    root = Path(settings.LOG_ROOT)
    return root.with_name(f"{root.name}.held")


def put(facts: dict[str, str]) -> None:
    """Close the log."""
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, sort_keys=True) + "\n", encoding="utf-8")


def facts() -> dict[str, str] | None:
    """Which restore closed the log; None when it is open."""
    try:
        return json.loads(place().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def refuse() -> None:
    """Sign nothing while the log is closed."""
    closed = facts()
    if closed is not None:
        raise LogHalted("closed_after_restore", **closed)


def take_away() -> None:
    """Open the log again."""
    place().unlink(missing_ok=True)
