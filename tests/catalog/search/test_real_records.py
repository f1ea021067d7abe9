"""The catalogue filled with real records of other catalogues: what is asked for is found on the first page."""

import gzip
import json
import os
from pathlib import Path

import pytest

from accounts.access.actor import Actor
from catalog.assets.models import Asset
from catalog.search import selectors
from catalog.search.models import CatalogueEntry
from catalog.search.selectors import Query
from catalog.search.words import body_of, telling, words
from exchange.common.clock import now
from exchange.common.vietnamese import fold
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOUSE = Path(__file__).resolve().parents[3]
RECORDS = Path(os.environ.get("SHARED_DATA", HOUSE.parent / "shared" / "data")) / "catalogue.jsonl.gz"
NOBODY = Actor()


def records() -> list[dict]:
    """Titles and texts of the shared records."""
    if not RECORDS.exists():
        pytest.skip("the folder of shared records is not beside this repository")
    with gzip.open(RECORDS, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [row for row in found if (row["title"] or "").strip()]


@pytest.fixture
def catalogue() -> list[str]:
    """Every shared record as an entry; its titles."""
    rows, owner, maker = records(), OrganisationFactory(active=True), UserFactory()
    assets = Asset.objects.bulk_create(
        Asset(number=f"D-2025-{at:06d}", owner=owner, created_by=maker) for at in range(len(rows))
    )
    CatalogueEntry.objects.bulk_create(
        CatalogueEntry(
            asset=asset,
            owner=owner,
            number=asset.number,
            title_vi=row["title"][:110],
            owner_name=owner.name_vi,
            body=body_of([row["title"], json.dumps(row["original"], ensure_ascii=False)[:4000]]),
            theme="government",
            sort_title=fold(row["title"])[:120],
            registered_at=now(),
            updated_at=now(),
        )
        for asset, row in zip(assets, rows, strict=True)
    )
    return [row["title"][:110] for row in rows]


def first_page(text: str) -> list[str]:
    query = Query(text, {}, "relevance")
    return [entry.title_vi for entry in selectors.page_of(query, actor=NOBODY, number=1)]


def missed_by_title(titles: list[str]) -> tuple[list[str], int]:
    """Titles typed without marks that are not on the first page; how many were asked for."""
    asked = [title for title in dict.fromkeys(titles[::35]) if len(telling(title)) > 1]
    return [title for title in asked if title not in first_page(" ".join(words(title)[:12]))], len(asked)


def missed_when_begun(titles: list[str]) -> tuple[list[str], int]:
    """Vietnamese titles of which four words and the beginning of a fifth were typed, without marks."""
    asked = [title for title in dict.fromkeys(titles) if title != fold(title) and len(telling(title)) >= 5][::8]
    typed = {title: [*telling(title)[:4], telling(title)[4][:2]] for title in asked}
    return [title for title in asked if title not in first_page(" ".join(typed[title]))], len(asked)


def test_real_records_are_found_by_what_people_type(catalogue):
    missed, asked = missed_by_title(catalogue)
    assert asked >= 90
    assert len(missed) <= asked * 0.03, missed  # titles that dozens of records share fill more than a page

    missed, asked = missed_when_begun(catalogue)
    assert asked >= 10
    assert len(missed) <= asked * 0.1, missed

    for text in ("dữ liệu", "data", "bộ dữ liệu về", "health", "CPI", "dân số", "TP.HCM", "a b c d"):
        total = selectors.counts(Query(text, {}, "relevance"), actor=NOBODY).total
        assert len(first_page(text)) == min(total, selectors.PAGE), text
        assert total <= len(catalogue)
