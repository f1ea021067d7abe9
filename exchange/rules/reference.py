"""Loads the parameters the rules start with; a value that stands already is left as it is."""

import datetime as dt
import json
from pathlib import Path

from exchange.rules.models import RuleParameter

DATA = Path(__file__).parent / "data" / "parameters.json"


def load() -> None:
    """Every parameter of the repository has its first value, with citation and confidence."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    RuleParameter.objects.bulk_create(
        [
            RuleParameter(
                name=row["name"],
                value=row["value"],
                valid_from=dt.date.fromisoformat(row["valid_from"]),
                valid_to=dt.date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
                citation=row["citation"],
                confidence=row["confidence"],
                note=row["note"],
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
