"""Loads the closed lists of the repository; loading twice changes nothing."""

import datetime as dt
import json
from pathlib import Path

from django.db import models, transaction

from exchange.codes import selectors
from exchange.codes.models import AgencyCode, Bank, Code, Province
from exchange.common.vietnamese import fold

DATA = Path(__file__).parent / "data"
FIRST_DAY = "2025-01-01"


def _rows(name: str) -> list[dict]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _put(model: type[models.Model], rows: list[models.Model], key: list[str], keep: tuple[str, ...] = ()) -> None:
    """Insert what is new, update what changed; rows and fields the regulator changed stay."""
    fixed = {*key, *keep}
    others = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in fixed]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=others)


def _codes(path: Path) -> list[Code]:
    return [
        Code(
            list=path.stem,
            code=row["code"],
            label_vi=row["vi"],
            label_en=row["en"],
            position=position,
            valid_from=_day(row.get("valid_from", FIRST_DAY)),
            valid_to=_day(row.get("valid_to")),
            extra=row.get("extra", {}),
        )
        for position, row in enumerate(_rows(f"lists/{path.name}"), start=1)
    ]


def _provinces() -> list[Province]:
    return [
        Province(
            code=row["code"],
            name_vi=row["vi"],
            name_en=row["en"],
            h_code=row["h_code"],
            is_city=row["is_city"],
            sort_key=fold(row["vi"].removeprefix("Thành phố ").removeprefix("Tỉnh ")),
        )
        for row in _rows("provinces.json")
    ]


def _agencies() -> list[AgencyCode]:
    return [
        AgencyCode(
            code=row["code"],
            name_vi=row["vi"],
            name_en=row["en"],
            closed_on=_day(row.get("closed_on")),
            successor=row.get("successor", ""),
        )
        for row in _rows("agencies.json")
    ]


def _banks() -> list[Bank]:
    return [Bank(bin=row["bin"], short_name=row["short"], name=row["name"]) for row in _rows("banks.json")]


@transaction.atomic
def load() -> None:
    """Every closed list, province, agency code and bank of the repository stands in the database."""
    codes = [code for path in sorted((DATA / "lists").glob("*.json")) for code in _codes(path)]
    _put(Code, codes, ["list", "code"])
    _put(Province, _provinces(), ["code"])
    _put(AgencyCode, _agencies(), ["code"])
    _put(Bank, _banks(), ["bin"], keep=("is_active",))
    selectors.forget()
