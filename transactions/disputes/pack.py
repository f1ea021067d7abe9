"""The evidence pack of a dispute: one ZIP for an inspector, an arbitrator or a court, that needs the exchange no more.

A page to print in both languages, every paper, the contract, the ledger's journals, and of each logged step the proof
and the opening. `manifest.json` lists every file with its SHA-256; the hash of that list goes into the public log.
"""

import datetime as dt
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from exchange.codes.selectors import label
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.files.names import ascii_name
from exchange.files.services import CHUNK, open_verified
from exchange.transparency import kinds
from exchange.transparency.models import Entry
from exchange.transparency.selectors import Place, entries_of, opening, places
from transactions.contracts.models import Contract
from transactions.delivery.models import Delivery
from transactions.disputes.models import Dispute, DisputeEvidence
from transactions.disputes.selectors import papers_of, rulings_of, statements_of
from transactions.ledger import accounts
from transactions.ledger.models import Journal
from transactions.ledger.selectors import journals_of_order
from transactions.orders.owners import is_shared

FORMAT = 1
MANIFEST = "manifest.json"
IN_MEMORY = 8 * 2**20
STYLE = Path("css") / "pack.css"


@dataclass(frozen=True)
class Pack:
    """A finished ZIP, ready to be read; who opened it closes it."""

    file: IO[bytes]
    name: str
    digest: str  # SHA-256 of its manifest
    files: int


@dataclass(frozen=True)
class Paper:
    """A paper as the pack names it; one that is no longer what was stored is named and left out."""

    evidence: DisputeEvidence
    path: str
    is_whole: bool


@dataclass(frozen=True)
class Logged:
    """A logged step with its place in the public log, once it has one."""

    entry: Entry
    place: Place | None
    path: str

    @property
    def name(self) -> str:
        """The event in words."""
        return kinds.label(self.entry.kind)


@dataclass
class _Writer:
    """Writes files into the ZIP and remembers the hash of each."""

    archive: zipfile.ZipFile
    made_at: dt.datetime
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, path: str, pieces: Iterator[bytes]) -> None:
        """One file, in pieces."""
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(path, self.made_at.timetuple()[:6])
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self.archive.open(entry, "w") as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.listed[path] = {"size": size, "sha256": digest.hexdigest()}

    def text(self, path: str, content: str) -> None:
        """One text."""
        self.put(path, iter([content.encode()]))


def build(dispute: Dispute) -> Pack:
    """Everything about a dispute as it stands now. Reads only; the caller has asked who may have it."""
    target: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by who reads it
    try:
        with zipfile.ZipFile(target, "w") as archive:
            writer = _Writer(archive, now())
            papers = _put_papers(dispute, writer)
            logged = _put_log(dispute, writer)
            _put_contract(dispute, writer)
            _put_pages(dispute, papers, logged, writer)
            listed = dict(writer.listed)
            content = json.dumps(_manifest(dispute, writer), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
            writer.text(MANIFEST, content)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Pack(target, f"{dispute.number}-{writer.made_at:%Y%m%dT%H%M%SZ}.zip", digest, len(listed))


def _manifest(dispute: Dispute, writer: _Writer) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "dispute": dispute.number,
        "order": dispute.order.number,
        "state": dispute.state,
        "made_at": writer.made_at.isoformat(),
        "log": settings.LOG_ORIGIN,
        "files": writer.listed,
    }


def _put_papers(dispute: Dispute, writer: _Writer) -> list[Paper]:
    found = []
    for number, evidence in enumerate(papers_of(dispute), 1):
        said = evidence.statement
        path = f"papers/{number:02d}-{said.side}-{said.kind}-{ascii_name(evidence.file.name)}"
        try:
            content = open_verified(evidence.file)
        except DomainError:  # reported where integrity is watched; here the list says that it is missing
            found.append(Paper(evidence, path, is_whole=False))
            continue
        with content:
            writer.put(path, iter(lambda content=content: content.read(CHUNK), b""))  # type: ignore[misc]
        found.append(Paper(evidence, path, is_whole=True))
    return found


def _put_log(dispute: Dispute, writer: _Writer) -> list[Logged]:
    """The steps of order and dispute in the order they were made, each with its files."""
    entries = sorted([*entries_of(dispute.order), *entries_of(dispute)], key=lambda entry: entry.pk)
    logged = []
    for number, (entry, place) in enumerate(zip(entries, places(entries), strict=True), 1):
        path = f"log/{number:03d}-{entry.kind}"
        if place:
            writer.text(f"{path}.tlog-proof", place.file)
        if not entry.is_opening_lost:
            writer.text(f"{path}-opening.json", json.dumps(opening(entry), indent=1, ensure_ascii=False))
        logged.append(Logged(entry, place, path))
    return logged


def _put_contract(dispute: Dispute, writer: _Writer) -> None:
    contract = Contract.objects.filter(order=dispute.order).first()
    if contract is None:
        return
    writer.text("contract/contract-vi.txt", contract.text_vi)
    writer.text("contract/contract-en.txt", contract.text_en)
    writer.text("contract/contract.odrl.json", json.dumps(contract.odrl, indent=1, ensure_ascii=False, sort_keys=True))


def _legs(journal: Journal, one_sum: bool) -> dict[str, int]:
    """What a journal moves; of several owners one sum, because the sides do not learn each other's shares (R59)."""
    legs: dict[str, int] = {}
    for posting in journal.postings.all():
        of_owner = posting.account.kind in (accounts.PAYABLE, accounts.RECEIVABLE)
        code = posting.account.kind if one_sum and of_owner else posting.account.code
        legs[code] = legs.get(code, 0) + posting.amount
    return legs


def _put_pages(dispute: Dispute, papers: list[Paper], logged: list[Logged], writer: _Writer) -> None:
    """The page to print, in both languages, from the same facts."""
    order = dispute.order
    facts = {
        "dispute": dispute,
        "order": order,
        "papers": papers,
        "logged": logged,
        "statements": statements_of(dispute),
        "rulings": rulings_of(dispute),
        "deliveries": list(Delivery.objects.filter(entitlement__order=order).order_by("pk")),
        "journals": [(journal, _legs(journal, is_shared(order))) for journal in journals_of_order(order.number)],
        "contract": Contract.objects.filter(order=order).prefetch_related("acceptances__organisation").first(),
        "made_at": writer.made_at,
        "origin": settings.LOG_ORIGIN,
    }
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = {
                "language": language,
                "reason": label("reason_dispute", dispute.reason_code),
                "articles": {one.pk: label("dispute_article", one.article) for one in facts["rulings"] if one.article},
            }
            writer.text(f"dispute-{language}.html", render_to_string("transactions/disputes/pack.html", facts | words))
    writer.text(STYLE.name, (settings.BASE_DIR / "static" / STYLE).read_text(encoding="utf-8"))
