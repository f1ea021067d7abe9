"""Bit rot: every stored file read to its end and compared with what was recorded when it came."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from exchange.files.models import ErasedFile, StoredFile
from exchange.files.services import place_of, verify

OURS = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True)
class Difference:
    """One stored file that is not what was recorded."""

    code: str
    file: str
    place: Path

    def __str__(self) -> str:
        return f"{self.code} {self.file} {self.place}"


def differences() -> Iterator[Difference]:
    """Recorded files that are missing, cut, grown, changed or there though erased, then files nobody recorded."""
    known: set[Path] = set()
    erased = set(ErasedFile.objects.values_list("stored_id", flat=True))
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=1000):
        place = place_of(stored)
        known.add(place)
        if code := _still_there(place) if stored.pk in erased else _fault_of(stored, place):
            yield Difference(code, str(stored.pk), place)
    for place in sorted(Path(settings.MEDIA_ROOT).glob("*/*/*")):
        if OURS.match(place.name) and place.parent.name == place.name[:2] and place not in known:
            yield Difference("file_not_recorded", place.name, place)


def _still_there(place: Path) -> str:
    return "erased_file_still_there" if place.exists() else ""


def _fault_of(stored: StoredFile, place: Path) -> str:
    if not place.is_file():
        return "file_missing"
    if place.stat().st_size != stored.size:
        return "file_of_other_size"
    return "" if verify(stored) else "file_changed"


def problems() -> list[str]:
    """The differences as sentences; run after a restore."""
    return [str(difference) for difference in differences()]
