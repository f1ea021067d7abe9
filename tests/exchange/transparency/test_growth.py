"""The public page shows that the present tree contains an earlier one, and tells a visitor about a root they kept."""

import base64
import datetime as dt

import pytest

from exchange.common import clock
from exchange.transparency import keys, selectors
from exchange.transparency.growth import PROBLEMS, compare, compare_with_newest, last_growth
from exchange.transparency.models import Checkpoint, Witness
from exchange.transparency.sealer import seal
from exchange.transparency.selectors import by_week
from exchange.transparency.tree import verify_consistency
from tests.exchange.transparency.conftest import open_walls, write
from tests.exchange.transparency.witness import Witness as OutsideWitness

pytestmark = pytest.mark.django_db


def grow(*counts: int) -> list[Checkpoint]:
    for count in counts:
        write(count)
        seal()
    return list(Checkpoint.objects.order_by("size"))


def test_proof_from_an_earlier_root_to_the_present_one_holds_for_a_stranger():
    old, new = grow(5, 300)

    found = compare(old.size, bytes.fromhex(old.root), new)

    assert (found.holds, found.old_size, found.new_size) == (True, 5, 305)
    path = [bytes.fromhex(item) for item in found.path]
    verify_consistency(5, 305, bytes.fromhex(old.root), bytes.fromhex(new.root), path)


@pytest.mark.parametrize(
    ("size", "is_right", "problem"),
    [
        (4, True, "differs"),  # right root, other size
        (5, False, "differs"),
        (10, True, "larger"),
        (0, True, "empty"),
        (-3, True, "empty"),
    ],
)
def test_other_size_or_other_root_is_told_what_is_wrong(size, is_right, problem):
    old, new = grow(5, 4)
    root = bytes.fromhex(old.root) if is_right else bytes(32)

    found = compare(size, root, new)

    assert not found.holds
    assert found.problem == PROBLEMS[problem]
    assert found.path == ()


def test_lost_tile_is_said_not_hidden(log_folder):
    old, new = grow(5, 4)
    for tile in (log_folder.root / "tile" / "0").rglob("*"):
        if tile.is_file():
            tile.unlink()

    assert compare(old.size, bytes.fromhex(old.root), new).problem == PROBLEMS["missing"]


def test_page_compares_with_the_checkpoint_of_a_week_ago_or_else_the_first():
    first, second, newest = grow(2, 3, 4)
    assert last_growth(newest).old_size == 2
    open_walls(Checkpoint)
    long_ago = clock.now() - dt.timedelta(days=8)
    Checkpoint.objects.filter(pk__in=[first.pk, second.pk]).update(signed_at=long_ago)

    assert (last_growth(newest).old_size, last_growth(newest).signed_at) == (5, long_ago)


def test_nothing_is_compared_before_the_log_has_grown():
    assert last_growth(selectors.latest_checkpoint()) is None
    assert compare_with_newest(1, bytes(32)) is None
    (only,) = grow(3)
    assert last_growth(only) is None


def test_visitor_may_write_the_root_as_the_checkpoint_does_or_in_hexadecimal(client):
    old, _new = grow(5, 4)
    as_in_checkpoint = old.note.split("\n")[2]

    for root in (as_in_checkpoint, old.root, old.root.upper(), f" {old.root} "):
        page = client.get("/en/transparency/", {"size": "5", "root": root})
        assert page.context["answer"].holds
        assert "The present log contains this tree" in page.content.decode()


def test_visitor_with_a_foreign_root_is_told_so(client):
    grow(5, 4)

    page = client.get("/en/transparency/", {"size": "5", "root": base64.b64encode(bytes(32)).decode()})

    assert not page.context["answer"].holds
    assert "does not contain this one" in page.content.decode()


@pytest.mark.parametrize(
    ("size", "root", "field"),
    [
        ("", "00" * 32, "size"),
        ("x", "00" * 32, "size"),
        ("0", "00" * 32, "size"),
        ("5", "", "root"),
        ("5", "0G", "root"),
    ],
)
def test_what_cannot_be_read_is_marked_at_its_field(client, size, root, field):
    grow(5, 4)

    page = client.get("/transparency/", {"size": size, "root": root})

    assert page.status_code == 200
    assert list(page.context["kept"].errors) == [field]
    assert page.context["answer"] is None


def test_weeks_say_what_was_added_and_how_large_the_log_was():
    first = dt.date(2026, 3, 5)  # a Thursday
    growth = [(first + dt.timedelta(days=number), count) for number, count in enumerate((1, 0, 2, 0, 4, 0, 0, 8))]

    assert by_week(growth, 20) == [(dt.date(2026, 3, 2), 3, 8), (dt.date(2026, 3, 9), 12, 20)]
    assert by_week(growth, 15) == [(dt.date(2026, 3, 2), 3, 3), (dt.date(2026, 3, 9), 12, 15)]
    assert by_week([(first, 0)], 0) == []


def test_page_shows_the_weeks_since_the_log_began(client):
    grow(5, 4)

    monday = clock.today() - dt.timedelta(days=clock.today().weekday())
    assert client.get("/transparency/").context["weeks"] == [(monday, 9, 9)]


@pytest.fixture
def witness(settings) -> OutsideWitness:
    found = OutsideWitness()
    settings.LOG_WITNESSES = [f"{found.vkey} http://127.0.0.1:9"]
    return found


def test_without_witnesses_the_page_says_nothing_of_them(client):
    grow(5)

    page = client.get("/en/transparency/").content.decode()

    assert "witness" not in page.lower()


@pytest.mark.parametrize(
    ("minutes", "problem", "badge", "banner"),
    [
        (1, "", "Fresh", ""),
        (10, "", "Stale", "The witnesses are late"),
        (70, "", "Stale", "New orders are closed: no witness confirms the log"),
        (1, "refuses_history", "Refuses the log", ""),
        (1, "unreachable", "Stale", ""),
    ],
)
def test_page_lists_each_witness_with_its_key_and_last_word(client, witness, minutes, problem, badge, banner):
    grow(5)
    confirmed = clock.now() - dt.timedelta(minutes=minutes)
    Witness.objects.create(name=witness.name, year=keys.this_year(), size=5, confirmed_at=confirmed, problem=problem)

    page = client.get("/en/transparency/")

    text = page.content.decode()
    assert [(one.name, one.key, one.size) for one in page.context["witnesses"]] == [(witness.name, witness.vkey, 5)]
    assert witness.vkey in text.replace("&#x2B;", "+")
    shown = {word for word in ("Fresh", "Stale", "Refuses the log") if f"{word}</span>" in text}
    assert shown == {badge}
    for words in ("The witnesses are late", "New orders are closed: no witness confirms the log"):
        assert (words in text) == (words == banner)


def test_witness_that_never_confirmed_is_shown_as_stale(client, witness):
    grow(5)

    page = client.get("/en/transparency/")

    assert [(one.is_fresh, one.confirmed_at) for one in page.context["witnesses"]] == [(False, None)]
    assert "None yet" in page.content.decode()
