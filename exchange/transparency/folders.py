"""Where the logs of all years lie: one folder a year below the root."""

from pathlib import Path

from django.conf import settings

from exchange.transparency.keys import YEAR
from exchange.transparency.tiles import CHECKPOINT, Folder


def folder_of(year: int, root: Path | None = None) -> Folder:
    """The published files of a year."""
    return Folder((root or Path(settings.LOG_ROOT)) / str(year))


def published_years(root: Path | None = None) -> list[int]:
    """Years of which something is published, oldest first."""
    root = root or Path(settings.LOG_ROOT)
    names = [path.name for path in root.iterdir()] if root.is_dir() else []
    return sorted(int(name) for name in names if YEAR.fullmatch(name) and (root / name / CHECKPOINT).exists())
