"""A word of its own stands in every text of two trading houses; strangers read every page and meet public ones only."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction

from accounts.organisations.models import Membership
from catalog.assets.models import Asset
from catalog.datasets.models import Column
from catalog.search.services import refresh_entry
from tests.permissions import table
from tests.permissions.ask import about
from tests.permissions.world import STRANGERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORD = re.compile(r"zq[0-9a-f]{6}")
CODE = re.compile(r"^[A-Za-z0-9_.:/+=-]*$")
# Reference data, and what is public by its nature: the leaves of the log say nothing, its salted records stay inside.
NOT_OURS = {
    "Code", "Province", "Bank", "Holiday", "AgencyCode", "RuleParameter", "Tariff", "LicenceTemplate",
    "ServiceContract", "Checkpoint", "Leaf", "Pending", "CatalogueEntry", "Entry", "StoredFile", "Agency",
}  # fmt: skip
FIGURES = ("example", "minimum", "maximum")  # of a column with personal data these are personal data too
HIDDEN_ASSETS = ("draft", "sent", "review", "named")
# What a stranger may read of a registered asset and its house; everything else must never leave the two houses.
PUBLIC = {
    "Organisation": {"name_vi", "name_en", "short_name", "public_mailbox"},
    "Revision": {
        "title_vi", "title_en", "summary_vi", "summary_en", "description_vi", "description_en", "keywords",
        "method", "parents", "publisher",
        "legal_basis", "how_obtained", "steward_name", "contact_mailbox", "snapshot", "spatial",
    },
    "QualityStatement": {"limitations", "spatial", "declared_method", "standards"},
    "Column": {
        "name", "label_vi", "label_en", "unit", "description_vi", "description_en", "code_list",
        "example", "minimum", "maximum",
    },
    "Listing": {"attribution", "snapshot", "price_basis"},
    "Classification": {"basis", "layer", "limit_text", "people_described"},
}  # fmt: skip


def ours(world) -> Iterator[models.Model]:
    """Every row of the two houses and of their trade."""
    houses = {world.houses[name].pk for name in ("C", "D", "N")}
    strangers = {user.pk for name, user in world.people.items() if user and name not in ("buyer", "owner", "seller")}
    strangers |= set(Membership.objects.filter(organisation__in=houses).values_list("user_id", flat=True))
    for model in apps.get_models():
        if model._meta.app_label not in table.FLOORS or model.__name__ in NOT_OURS:
            continue
        for row in model._base_manager.all():
            if model.__name__ == "User" and row.pk in strangers:
                continue
            if model.__name__ == "Organisation" and row.pk in houses:
                continue
            if getattr(row, "organisation_id", None) in houses:
                continue
            yield row


def said_by_people(value: object) -> bool:
    return isinstance(value, str) and not CODE.match(value)


class Canaries:
    """Puts words into rows and remembers where."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[models.Model, str]] = {}

    def word(self, row: models.Model, name: str) -> str:
        made = f"zq{len(self.places):06x}"
        self.places[made] = (row, name)
        return made

    def fill(self, row: models.Model) -> None:
        for field in row._meta.concrete_fields:
            made = self._value(row, field)
            if made is None:
                continue
            try:
                with transaction.atomic():
                    type(row)._base_manager.filter(pk=row.pk).update(**{field.name: made})
            except DatabaseError:  # a constraint says what the text must look like: then it is no free text
                continue

    def _value(self, row: models.Model, field: models.Field) -> object:
        value = getattr(row, field.attname)
        if isinstance(field, models.JSONField):
            return self._inside(row, field.name, value) if value else None
        if isinstance(field, ArrayField):
            return [self.word(row, field.name)] if value and any(map(said_by_people, value)) else None
        if not isinstance(field, models.CharField | models.TextField) or field.choices or field.name == "password":
            return None
        if isinstance(field, models.EmailField):
            return f"{self.word(row, field.name)}@example.vn"
        is_free = said_by_people(value) or (not value and (field.max_length or 999) >= 100)
        return self.word(row, field.name) if is_free and (field.max_length or 999) >= 8 else None

    def _inside(self, row: models.Model, name: str, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._inside(row, name, part) for key, part in value.items()}
        if isinstance(value, list):
            return [self._inside(row, name, part) for part in value]
        return self.word(row, name) if said_by_people(value) and len(str(value)) < 300 else value


def open_walls() -> None:
    """For this transaction only: what the owner of the tables can do, to put words into rows nobody may change."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        for (name,) in cursor.fetchall():
            if not name.startswith("procrastinate"):
                cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")


@pytest.fixture
def canaries(world) -> Canaries:
    made = Canaries()
    open_walls()
    Column.objects.filter(file__revision=world.records["revision.listed"], position=3).update(is_personal=True)
    for row in list(ours(world)):
        made.fill(row)
    for key in Asset.objects.filter(live__isnull=False).values_list("pk", flat=True):
        refresh_entry(asset_id=key)
    return made


def hidden(world) -> dict[str, set[int]]:
    """Rows of assets no stranger may know of, by model."""
    revisions = {world.records[f"revision.{name}"].pk for name in HIDDEN_ASSETS}
    unlisted = {world.records[f"listing.{name}"].pk for name in ("named", "moderated", "suspended", "paused")}
    return {"Revision": revisions, "Listing": unlisted}


def is_public(world, row: models.Model, name: str) -> bool:
    model = type(row).__name__
    if name not in PUBLIC.get(model, set()):
        return False
    if isinstance(row, Column) and row.is_flagged and name in FIGURES:
        return False
    revision = getattr(row, "revision_id", None) or getattr(getattr(row, "file", None), "revision_id", None)
    secret = hidden(world)
    return row.pk not in secret.get(model, set()) and revision not in secret["Revision"]


def test_no_text_of_two_houses_reaches_a_stranger(prober, world, canaries):
    assert len({type(row).__name__ for row, _name in canaries.places.values()}) > 15
    addresses = {
        route.path(about(world, route, name))
        for route in table.routes()
        for line in table.lines()
        if line.method == "GET" and line.speaks_of(route.name)
        for name in line.objects
    }
    leaks, public = set(), 0
    for who in STRANGERS:
        for url in sorted(addresses):
            prober.ask("GET", url, who)
            for word in set(WORD.findall(unescape(prober.body))):
                row, name = canaries.places[word]
                public += is_public(world, row, name)
                if not is_public(world, row, name) and not is_meant_for(world, who, url, row):
                    leaks.add((who, url, f"{type(row).__name__}.{name}"))

    assert sorted({(url, place) for _who, url, place in leaks}) == []
    assert public > 100  # the pages did show texts


def is_meant_for(world, who: str, url: str, row: models.Model) -> bool:
    """The invitation is for this person; a certificate tells everybody title and owner, whoever the data is for."""
    named = world.records["revision.named"]
    is_notice = row == named and url == f"/certificates/{named.certificate_number}/"
    return is_notice or (who == "person" and type(row).__name__ == "Invitation")


def test_words_of_hidden_data_are_not_found_by_searching(prober, world, canaries):
    rows = hidden(world)["Revision"]
    words = [w for w, (row, name) in canaries.places.items() if type(row).__name__ == "Revision" and row.pk in rows]
    assert words
    for who in STRANGERS:
        for word in words[:12]:
            prober.ask("GET", f"/api/v1/datasets/?q={word}", who)
            assert '"count": 0' in prober.body.replace('"count":0', '"count": 0'), (who, word)
            prober.ask("GET", f"/catalogue/?q={word}", who)
            assert "/datasets/D-" not in prober.body, (who, word)


def test_members_of_the_houses_do_read_their_own_words(prober, world, canaries):
    prober.ask("GET", f"/orders/{world.objects['order.requested']['number']}/", "buyer")
    assert WORD.search(prober.body)
    assert Membership.objects.filter(user=world.people["buyer"]).count() == 1
