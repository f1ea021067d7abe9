"""Loads the licence templates of the exchange from templates.json."""

import json
from pathlib import Path

from catalog.licences.models import LicenceTemplate

SOURCE = Path(__file__).parent / "templates.json"


def load() -> int:
    """Add the versions that are missing; a version that exists is never changed."""
    made = 0
    for row in json.loads(SOURCE.read_text(encoding="utf-8")):
        text = {f"text_{lang}": "\n\n".join(row.pop(f"text_{lang}")) for lang in ("vi", "en")}
        key = {"code": row.pop("code"), "version": row.pop("version")}
        _, is_new = LicenceTemplate.objects.get_or_create(**key, defaults=row | text)
        made += is_new
    return made
