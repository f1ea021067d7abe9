"""One question put to the site or to a use case as one person, its effects watched and then undone.

The answer is a letter: see LETTERS. Whether rows changed is asked in two steps: PostgreSQL's own counters of the
transaction say whether any table was written at all; only then are the digests of all rows compared.
"""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from exchange.common.clock import now
from exchange.common.idle import SEEN
from tests.permissions.world import PEOPLE, World
from transactions.delivery.models import DownloadLink
from transactions.delivery.services import make_link

LETTERS = {
    "Y": "answered (200), or a use case let the person pass its gate",
    "D": "done: rows changed",
    "R": "sent to another page, nothing changed",
    "L": "sent to sign in",
    "F": "403, the right is missing",
    "-": "404, not there for this person",
    "C": "409, not possible at this stage",
    "I": "422 or 400, the form is not right",
    "M": "405, no such method",
    "U": "401",
}
BY_STATUS = {401: "U", 403: "F", 404: "-", 405: "M", 409: "C", 400: "I", 422: "I"}
# Sessions, sign-in bookkeeping, the counters of limits on attempts, and what migrations and content types keep.
BOOKKEEPING = {"django_session", "django_cache", "django_migrations", "django_content_type"}
WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
LOGIN = "/accounts/login/"


def written() -> dict[str, int]:
    """Rows written so far in this transaction, by table, also those taken back."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return {name: count for name, count in cursor.fetchall() if name not in BOOKKEEPING}


def digests(tables: list[str] | None = None) -> dict[str, str]:
    """A digest over all rows of every table (or of some)."""
    names = (
        tables if tables is not None else [t for t in connection.introspection.table_names() if t not in BOOKKEEPING]
    )
    if not names:
        return {}
    one = "SELECT '{0}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \"{0}\" t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in sorted(names)))
        return dict(cursor.fetchall())


def note_activity(client: Client) -> None:
    """Seen in an hour: the site notes activity on the session, and what is undone would be noted by every request."""
    session = client.session
    session[SEEN] = int((now() + timedelta(hours=1)).timestamp())
    session.save()


class Watch:
    """Whether any statement could have written: all but plain reading, which calls no function of the queue."""

    has_seen_writing = False

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        text = str(sql).lstrip()[:2000].upper()
        if not text.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")) or "PROCRASTINATE" in text:
            self.has_seen_writing = True
        return execute(sql, params, many, context)


class Prober:
    """Browsers of all people, kept signed in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients: dict[str, Client] = {}
        for name in PEOPLE:
            self.clients[name] = client = Client(raise_request_exception=False)
            if world.people[name]:
                client.force_login(world.people[name])
                note_activity(client)
        self._open_link()
        self.counts = written()
        self.before = digests()
        self.response: Any = None

    def _open_link(self) -> None:
        """A download link of the buyer's own session: nobody else's session may use it."""
        order, session = self.world.records["order.delivering"], self.clients["buyer"].session.session_key
        token = make_link(order_id=order.pk, session_key=session, actor=self.world.actor("buyer"))
        DownloadLink.objects.update(expires_at=now() + timedelta(days=1))  # a slow machine is no fault of the site
        self.world.objects["link.buyer"] = {"number": order.number, "token": token}
        self.world.given["transactions.delivery.services.use_link"] = {"token": token, "session_key": session}

    @contextmanager
    def undone(self):
        """Whatever happens inside is taken back; the box says which tables changed."""
        point, changed, watch = transaction.savepoint(), set(), Watch()
        try:
            with connection.execute_wrapper(watch):
                yield changed
            if watch.has_seen_writing:
                changed |= self._changed()
        finally:
            transaction.set_rollback(False)  # an error inside asked for the end of the whole: going back is enough
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)  # released: thousands that lie in each other fill the table of locks

    def _changed(self) -> set[str]:
        counts, self.counts = self.counts, written()
        touched = [name for name, count in self.counts.items() if count != counts.get(name, 0)]
        found = digests(touched)
        return {name for name in touched if found[name] != self.before[name]}

    def ask(self, method: str, url: str, who: str, data: dict | None = None, **extra: Any) -> str:
        """The letter of the site's answer."""
        client = self.clients[who]
        kept = dict(client.cookies)
        cache.clear()  # limits on attempts count anew
        with self.undone() as changed:
            self.response = client.generic(method, url, **extra) if data is None else client.post(url, data, **extra)
            parts = self.response.streaming_content if self.response.streaming else [self.response.content]
            self.body = b"".join(parts).decode("utf-8", "replace")
        client.cookies.clear()
        client.cookies.update(kept)
        self.changed = changed
        return self._letter(method, bool(changed))

    def _letter(self, method: str, is_changed: bool) -> str:
        status = self.response.status_code
        if status in BY_STATUS:
            return BY_STATUS[status] + ("!" if is_changed else "")
        if 300 <= status < 400:
            if LOGIN in self.response["Location"] and not is_changed:
                return "L"
            return "D" if is_changed else "R"
        if 200 <= status < 300:
            return "D" if is_changed else "Y"
        return f"{status}{'!' if is_changed else ''}"

    def call(self, function: Callable, who: str, arguments: dict[str, Any]) -> str:
        """The letter of a use case's answer; whatever follows the gate counts as passed."""
        letter = "Y"
        with self.undone() as changed:
            try:
                function(actor=self.world.actor(who), **arguments)
            except PermissionDenied:
                letter = "F"
            except (ObjectDoesNotExist, Http404):
                letter = "-"
            except Exception:
                letter = "Y"
        return letter + ("!" if changed and letter != "Y" else "")


def address(route: str, kwargs: dict[str, Any]) -> str:
    """The address of a named route."""
    return reverse(route, kwargs=kwargs)
