"""Sheets and scripts of a page weigh at most 60 KB, compressed."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from catalog.assets.models import Revision
from catalog.search.models import CatalogueEntry
from tests.sitewide.reading import read
from transactions.orders.models import Order

LIMIT = 60 * 1024
IMPORT = re.compile(r"@import\s+(?:url\()?[\"']?([^\"')]+)")


def with_imports(name: str) -> list[Path]:
    """A file and the sheets it imports."""
    path = Path(finders.find(name))
    imported = IMPORT.findall(path.read_text()) if path.suffix == ".css" else []
    return [path, *(found for other in imported for found in with_imports(_beside(name, other)))]


def _beside(name: str, other: str) -> str:
    parts = name.split("/")[:-1]
    for part in other.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(part for part in parts if part != ".")


def weight(html: str) -> int:
    """Bytes of all sheets and scripts of a page as a browser loads them, compressed with gzip."""
    names = {address.removeprefix("/static/") for address in read("/", html).files}
    files = {path for name in names for path in with_imports(name)}
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in files)


PAGES = [
    ("visitor", "/"),
    ("visitor", "/catalogue/"),
    ("visitor", "/datasets/{dataset}/"),
    ("visitor", "/transparency/verify/"),
    ("steward", "/register/{draft}/file/"),
    ("buyer", "/orders/{order}/"),
    ("reviewer", "/admin/"),
    ("reviewer", "/admin/transactions/order/"),
    ("reviewer", "/admin/transactions/order/{pk}/change/"),
]


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_sheets_and_scripts_stay_light(demonstration, role, path):
    client, user = Client(), demonstration.user(role)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    order = Order.objects.filter(state="legality_review").first()

    entry, draft = CatalogueEntry.objects.filter(is_public=True).first(), Revision.objects.filter(state="draft").first()
    names = {"order": order.number, "pk": order.pk, "dataset": entry.number, "draft": draft.asset.number}

    answer = client.get(path.format(**names))

    assert answer.status_code == 200
    assert 5_000 < weight(answer.content.decode()) <= LIMIT
