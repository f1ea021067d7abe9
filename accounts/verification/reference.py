"""Loads the versions of the service contract; loading twice changes nothing, an accepted text never changes."""

import datetime as dt
import json
from pathlib import Path

from django.db import transaction

from accounts.verification.models import ServiceContract
from exchange.common.canonical import digest_of

SOURCE = Path(__file__).parent / "data" / "service_contract.json"


def digest_of_text(version: str, text_vi: str, text_en: str) -> str:
    """What an acceptance binds: the version and both texts."""
    return digest_of({"version": version, "vi": text_vi, "en": text_en})


@transaction.atomic
def load() -> None:
    """Every version of the repository stands in the database; only the end of a version may still change."""
    for row in json.loads(SOURCE.read_text(encoding="utf-8")):
        text_vi, text_en = "\n\n".join(row["vi"]), "\n\n".join(row["en"])
        valid_to = dt.date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None
        contract, _ = ServiceContract.objects.get_or_create(
            version=row["version"],
            defaults={
                "text_vi": text_vi,
                "text_en": text_en,
                "digest": digest_of_text(row["version"], text_vi, text_en),
                "valid_from": dt.date.fromisoformat(row["valid_from"]),
                "valid_to": valid_to,
            },
        )
        if contract.valid_to != valid_to:
            contract.valid_to = valid_to
            contract.save(update_fields=["valid_to"])
