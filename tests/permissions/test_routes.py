"""Every address and every use case answers every kind of person as `permissions.csv` says, and nothing else changes.

The table is the only place where an expectation stands. A new address or use case fails the build until somebody
has written its lines and judged each letter.
"""

import secrets
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.permissions import table
from tests.permissions.ask import about, letters_of, letters_of_call, proposed
from tests.permissions.probe import LETTERS
from tests.permissions.world import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LINES = table.lines()
# Reading these is itself an event that is kept: a download is counted, an opened paper is noted, a visit of the
# log-out page is none. Nothing else may change a row by GET.
GET_WRITES = {
    "catalog:dataset-download",
    "transactions:download",
    "admin:accounts_verificationcase_paper",
    "admin:catalog_revision_paper",
    "admin:catalog_listing_paper",
    "admin:transactions_dispute_paper",
}
CLOSED = set("LMF-R")  # answers of a method without a line
NO_TOKEN = {"bank-webhook"}  # signed by the bank instead of guarded by a token
SAMPLE = ("anon", "seller", "buyer", "reviewer")
WEIRD = ("%00", "%F0%9F%98%80", "'--", "..%2F..%2Fetc", "a" * 300)


def named(line: table.Line) -> str:
    return f"{line.pattern} {line.method} {' '.join(line.objects)}"


def lines_of(route: table.Route) -> Iterator[table.Line]:
    return (line for line in LINES if line.speaks_of(route.name))


@pytest.fixture(scope="module")
def routes() -> list[table.Route]:
    return table.routes()


@pytest.fixture(scope="module")
def use_cases() -> dict:
    return table.use_cases()


def test_every_address_and_use_case_stands_in_the_table(prober, routes, use_cases):
    missing = [route for route in routes if not any(lines_of(route))]
    unknown = {name: call for name, call in use_cases.items() if not any(line.speaks_of(name) for line in LINES)}

    lines = [line for route in missing for line in proposed(prober, route)]
    lines += [line for name, call in unknown.items() for line in proposed(prober, name, call)]

    assert not lines, (
        "Add these lines to tests/permissions/permissions.csv, each letter judged:\n" + "\n".join(lines) + "\n"
    )


def test_the_table_speaks_of_nothing_that_is_gone(routes, use_cases):
    names = [*(route.name for route in routes), *use_cases]
    gone = [named(line) for line in LINES if not any(line.speaks_of(name) for name in names)]

    assert gone == []


def test_letters_and_methods_of_the_table_are_known():
    letters = {letter for line in LINES for letter in line.letters.values() if letter}

    assert letters - set(LETTERS) == {"503"}  # /readyz without a worker
    assert {line.method for line in LINES} == {"GET", "POST", "CALL"}


def test_no_reading_changes_anything_but_what_is_named():
    found = {line.pattern for line in LINES if line.method == "GET" and "D" in line.letters.values()}

    assert found == GET_WRITES


@pytest.mark.parametrize("line", [line for line in LINES if line.method != "CALL"], ids=named)
def test_address(prober, routes, line):
    for route in (route for route in routes if line.speaks_of(route.name)):
        for name in line.objects:
            found = letters_of(prober, route, line.method, name)
            assert found == {who: line.letters[who] for who in PEOPLE}, f"{route.name} {line.method} {name}"


@pytest.mark.parametrize("line", [line for line in LINES if line.method == "CALL"], ids=named)
def test_use_case(prober, use_cases, line):
    for name, call in use_cases.items():
        if line.speaks_of(name):
            for about_what in line.objects:
                assert letters_of_call(prober, call, about_what) == line.letters, f"{name} {about_what}"


def objects_in_table(route: table.Route) -> list[str]:
    return list(dict.fromkeys(name for line in lines_of(route) for name in line.objects))


def test_a_method_without_a_line_is_closed(prober, routes):
    for route in routes:
        spoken = {line.method for line in lines_of(route)}
        name = objects_in_table(route)[0]
        for method in {"GET", "POST"} - spoken:
            letters = letters_of(prober, route, method, name, SAMPLE)
            # Django's own pages of the admin take a post for a reading
            allowed = {"Y", *CLOSED} if route.name.startswith("admin:") else CLOSED
            assert set(letters.values()) <= allowed, (route.name, method, letters)


def reader(route: table.Route) -> str:
    """Somebody who is let in: staff in the console, a member elsewhere."""
    return "reviewer" if route.name.startswith("admin:") else "seller"


def test_other_verbs_do_nothing(prober, routes):
    """HEAD answers like GET without a body; OPTIONS tells methods at most; the rest is closed."""
    for route in (route for route in routes if not route.name.endswith(("_add", "_delete", "_moved"))):
        url, who = route.path(about(prober.world, route, objects_in_table(route)[0])), reader(route)
        got, head = prober.ask("GET", url, who), prober.ask("HEAD", url, who)
        assert head == got or (route.name in GET_WRITES and (got, head) == ("D", "Y")), (route.name, got, head)
        assert prober.ask("OPTIONS", url, who) in {"Y", *CLOSED}, route.name
        for method in ("PUT", "TRACE"):
            letter = prober.ask(method, url, who)
            assert letter in CLOSED or letter == "Y", (route.name, method, letter)
            assert method.encode() not in prober.response.content[:20]  # TRACE does not echo


def test_every_post_without_token_is_refused(world, routes):
    clients = {who: Client(enforce_csrf_checks=True, raise_request_exception=False) for who in ("seller", "reviewer")}
    for who, client in clients.items():
        client.force_login(world.people[who])
    for route in routes:
        status = clients[reader(route)].post(route.path(about(world, route, objects_in_table(route)[0]))).status_code
        is_closed_door = route.name.startswith("api:") and status == 405
        assert status == 403 or route.name in NO_TOKEN or is_closed_door, (route.name, status)


def guessed(route: table.Route) -> list[str]:
    """The address with ids nobody was given: one of the right shape, one too large for the database."""
    whole = {"pk": "999999999", "entry": "999999999", "file_id": str(uuid.uuid4())}
    guess = {name: whole.get(name, secrets.token_urlsafe(12)) for name in route.parameters}
    large = guess | {name: "9" * 30 for name in route.parameters if name in ("pk", "entry", "object_id")}
    return [route.path(guess), route.path(large)]


# The same page for every address: what follows a mail's link tells nobody whether the link was ever sent.
OPEN_ENDED = {"account_confirm_email", "account_reset_password_from_key"}


def test_ids_nobody_was_given_are_not_found(prober, routes):
    for route in (route for route in routes if route.parameters):
        for url in guessed(route):
            for method, body in (("GET", None), ("POST", {})):
                letter = prober.ask(method, url, reader(route), body)
                allowed = {"Y", *CLOSED} if route.name in OPEN_ENDED else CLOSED
                assert letter in allowed, (route.name, method, url, letter)


def test_ids_of_no_shape_at_all_are_never_an_error(prober, routes):
    for route in (route for route in routes if route.parameters):
        for weird in WEIRD:
            url = route.path(dict.fromkeys(route.parameters, weird))
            letter = prober.ask("GET", url, reader(route))
            assert letter in {"Y", "I", *CLOSED}, (route.name, url, letter)
