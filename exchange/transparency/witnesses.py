"""Outside witnesses: they see every checkpoint, refuse a changed history, and their silence stops new sales."""

import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from exchange.common.clock import now, today
from exchange.common.errors import DomainError
from exchange.jobs.services import enqueue
from exchange.transparency import cosign
from exchange.transparency.cosign import WitnessKey
from exchange.transparency.folders import folder_of
from exchange.transparency.models import Checkpoint, Cosignature, Witness
from exchange.transparency.notes import NoteError
from exchange.transparency.selectors import latest_checkpoint
from exchange.transparency.services import Machine, record_system
from exchange.transparency.tiles import MissingTile
from exchange.transparency.tree import consistency_proof

log = structlog.get_logger(__name__)

AGAIN_AFTER = dt.timedelta(seconds=60)  # an unchanged checkpoint is shown again: the answer says the witness is there
CLIENT = Machine("system:witness-client")
PROBLEMS = {
    403: "foreign_key",
    404: "unknown_log",
    409: "ahead_of_us",  # the witness has seen a larger tree: ours was cut
    422: "refuses_history",  # what we show does not continue what the witness saw
}
GRAVE = frozenset({"ahead_of_us", "refuses_history"})


@dataclass(frozen=True)
class Outside:
    """A configured witness: its key and where it listens."""

    key: WitnessKey
    address: str


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP; status 0 when nothing did."""

    status: int
    text: str = ""
    media_type: str = ""


def configured() -> tuple[Outside, ...]:
    """The witnesses of LOG_WITNESSES."""
    return _parsed(tuple(settings.LOG_WITNESSES))


@lru_cache(maxsize=8)
def _parsed(lines: tuple[str, ...]) -> tuple[Outside, ...]:
    found = []
    for line in lines:
        key, _blank, address = line.strip().partition(" ")
        if not address.startswith(("https://", "http://127.0.0.1:")):
            raise ImproperlyConfigured("Each of LOG_WITNESSES is a key, a blank and an address with https://.")
        try:
            found.append(Outside(WitnessKey.parse(key), address.strip().rstrip("/")))
        except NoteError as error:
            raise ImproperlyConfigured(
                f"LOG_WITNESSES holds something that is no key of a witness: {error}."
            ) from error
    return tuple(found)


def ask_all() -> None:
    """Show the newest checkpoint to every witness that has not confirmed it lately."""
    newest = latest_checkpoint()
    if newest is None or not newest.size:
        return
    for outside in configured():
        witness, _made = Witness.objects.get_or_create(name=outside.key.name)
        is_current = (witness.year, witness.size) == (newest.year, newest.size) and not witness.problem
        if is_current and witness.confirmed_at and now() - witness.confirmed_at < AGAIN_AFTER:
            continue
        ask(outside, witness, newest)


def ask(outside: Outside, witness: Witness, newest: Checkpoint) -> bool:
    """One witness, one checkpoint: keep its cosignature, or what is wrong."""
    old = min(witness.size, newest.size) if witness.year == newest.year else 0
    answer = _show(outside, newest, old)
    known = _known_size(answer)
    if known is not None and known <= newest.size and known != old:
        answer = _show(outside, newest, known)  # the witness remembers more than we do: another proof
    if answer.status != 200:
        _note_failure(witness, PROBLEMS.get(answer.status, "unreachable" if not answer.status else "error"))
        return False
    try:
        line, moment = cosign.cosignature(outside.key, newest.note, answer.text)
    except NoteError:
        _note_failure(witness, "bad_signature")
        return False
    _note_success(witness, newest, line, moment)
    return True


def _show(outside: Outside, newest: Checkpoint, old: int) -> Answer:
    proof: Sequence[bytes] = ()
    if 0 < old < newest.size:
        try:
            proof = consistency_proof(old, newest.size, folder_of(newest.year).complete(newest.size))
        except MissingTile:
            log.warning("witness_proof_impossible", witness=outside.key.name)
    return _post(f"{outside.address}/add-checkpoint", cosign.request(old, proof, newest.note))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """A witness answers where it was configured, nowhere else."""


def _post(address: str, body: bytes) -> Answer:
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "text/plain"}, method="POST")  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(request, timeout=settings.LOG_WITNESS_SECONDS) as found:
            return Answer(found.status, found.read(64 * 1024).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(1024).decode("utf-8", "replace"), error.headers.get_content_type())
    except OSError as error:
        log.info("witness_unreachable", address=address, reason=str(error))
        return Answer(0)


def _known_size(answer: Answer) -> int | None:
    """The size a witness says it knows, when it refuses because we named another."""
    if answer.status != 409 or answer.media_type != cosign.SIZE_TYPE:
        return None
    text = answer.text.strip()
    return int(text) if text.isdecimal() and len(text) < 19 else None


@transaction.atomic
def _note_success(witness: Witness, newest: Checkpoint, line: str, moment: dt.datetime) -> None:
    Cosignature.objects.get_or_create(
        checkpoint=newest, witness=witness.name, defaults={"line": line, "signed_at": moment}
    )
    if witness.problem:
        record_system("witness.back", about="witnesses", actor=CLIENT, data={"witness": witness.name})
        log.info("witness_back", witness=witness.name)
    witness.year, witness.size = newest.year, newest.size
    witness.asked_at, witness.confirmed_at = now(), min(moment, now())
    witness.problem, witness.failed_since = "", None
    witness.save()


@transaction.atomic
def _note_failure(witness: Witness, problem: str) -> None:
    is_news = problem != witness.problem
    witness.asked_at = now()
    witness.failed_since = witness.failed_since or now()
    witness.problem = problem
    witness.save()
    if is_news:
        log.critical("witness_fails", witness=witness.name, problem=problem)
        data = {"witness": witness.name, "problem": problem}
        record_system("witness.fail", about="witnesses", actor=CLIENT, data=data)
        if problem in GRAVE:
            enqueue("exchange.console.tell_of_witness", witness=witness.name, problem=problem)


@dataclass(frozen=True)
class Freshness:
    """How long ago an outside witness confirmed the log, in minutes, beside the limits in force."""

    minutes: int
    alarm_after: int
    stop_after: int

    @property
    def is_alarming(self) -> bool:
        """Whether people are told."""
        return self.minutes >= self.alarm_after

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is sold."""
        return self.minutes >= self.stop_after


@dataclass(frozen=True)
class Standing:
    """A configured witness for the public page: whose key it is, and what it confirmed last."""

    name: str
    key: str
    size: int
    confirmed_at: dt.datetime | None
    problem: str
    is_fresh: bool

    @property
    def is_refusing(self) -> bool:
        """Whether it says that the log is not what it saw before."""
        return self.problem in GRAVE


def standings() -> list[Standing]:
    """Every configured witness, in the order of the settings; nothing where none is configured."""
    outsides = configured()
    if not outsides:
        return []
    rows = {row.name: row for row in Witness.objects.filter(name__in=[outside.key.name for outside in outsides])}
    alarm_after = dt.timedelta(minutes=import_string(settings.LOG_LIMITS)(today()).get("witness_alarm_minutes"))
    return [_standing(outside.key, rows.get(outside.key.name, Witness()), alarm_after) for outside in outsides]


def _standing(key: WitnessKey, row: Witness, alarm_after: dt.timedelta) -> Standing:
    is_fresh = row.confirmed_at is not None and not row.problem and now() - row.confirmed_at < alarm_after
    return Standing(key.name, key.vkey, row.size, row.confirmed_at, row.problem, is_fresh)


def freshness() -> Freshness | None:
    """None where no witness is configured: nothing can then be late."""
    names = [outside.key.name for outside in configured()]
    if not names:
        return None
    rows = Witness.objects.filter(name__in=names).values_list("confirmed_at", "failed_since")
    confirmed = [at for at, _since in rows if at]
    failing = [since for _at, since in rows if since]
    since = max(confirmed) if confirmed else min(failing, default=now())
    limits = import_string(settings.LOG_LIMITS)(today())
    return Freshness(
        minutes=int((now() - since).total_seconds() // 60),
        alarm_after=limits.get("witness_alarm_minutes"),
        stop_after=limits.get("witness_stop_minutes"),
    )


def refuse_unwitnessed_sale() -> None:
    """New sales stop when no witness has confirmed the log for too long; what was begun goes on (trust.md, C.5)."""
    found = freshness()
    if found and found.is_stopping:
        raise DomainError(
            _(
                "New orders are closed for now: no independent witness has confirmed the public log for %(minutes)s "
                "minutes. Orders already placed go on. Try again later."
            )
            % {"minutes": found.minutes},
            code="log_unwitnessed",
        )
