"""Checks what somebody holds against the public log and says, step by step, what holds and what does not."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from exchange.common.canonical import canonical_json
from exchange.common.clock import now
from exchange.transparency import keys, notes, promises, selectors
from exchange.transparency.folders import folder_of
from exchange.transparency.leaf import commitment
from exchange.transparency.models import Entry
from exchange.transparency.tiles import MissingTile
from exchange.transparency.tree import ProofError, leaf_hash, range_root, root_from_inclusion

LONGEST = 64 * 1024
HASH = re.compile(r"[0-9a-fA-F]{64}\Z")
LEAF_KEYS = {"v", "t", "ts", "o", "n", "p", "c", "pol"}
GOOD, BAD, WAITING = "good", "bad", "waiting"

NOTE_WORDS: dict[str, str | Promise] = {
    "truncated": _("The file is cut short: the signed checkpoint at its end is missing."),
    "not_a_proof": _("The proof file is damaged: its first lines do not read as a proof."),
    "bad_base64": _("The proof file is damaged: a line of it is not valid Base64."),
    "not_a_note": _("The checkpoint is damaged or cut short: it has no signature line."),
    "not_a_checkpoint": _("The checkpoint is damaged: its size or root cannot be read."),
    "control_character": _("The text holds control characters that no receipt has."),
    "too_long": _("The text is longer than any receipt."),
    "bad_key_name": _("A signature line is damaged: its key name cannot be read."),
    "unknown_key": _("The checkpoint carries no signature of this log's key."),
    "bad_signature": _("The signature does not fit the checkpoint: the checkpoint was changed after it was signed."),
    "foreign_origin": _("The checkpoint belongs to another log. The logs of this exchange are called %(origin)s."),
    "not_a_promise": _("The pending receipt is damaged: its leaf hash or its time cannot be read."),
}


@dataclass(frozen=True)
class Step:
    """One sentence and whether it speaks for the receipt."""

    holds: bool
    sentence: str


@dataclass
class Verdict:
    """The answer: good, bad or waiting; the steps that led to it; the public leaf where it is known."""

    kind: str | Promise
    outcome: str = GOOD
    steps: list[Step] = field(default_factory=list)
    leaf: selectors.PublicLeaf | None = None
    proof: dict[str, Any] | None = None

    def holds(self, sentence: str | Promise, **values: object) -> None:
        """Note what holds."""
        self.steps.append(Step(True, str(sentence) % values))

    def fails(self, sentence: str | Promise, **values: object) -> "Verdict":
        """Note what is wrong; the whole receipt then does not hold."""
        self.steps.append(Step(False, str(sentence) % values))
        self.outcome = BAD
        return self


def check(text: str) -> Verdict:
    """What somebody pasted: a leaf hash, an opening, a proof file or a checkpoint."""
    text = text.strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        return Verdict(_("Unknown text")).fails(NOTE_WORDS["too_long"])
    readers: list[tuple[bool, Callable[[str], Verdict]]] = [
        (text.startswith(notes.PROOF_HEADER), _check_proof),
        (text.startswith("{"), _check_opening),
        (bool(HASH.fullmatch(text)), _check_hash),
        (promises.is_promise(text), _check_promise),
        (_looks_like_checkpoint(text), _check_checkpoint),
    ]
    for fits, read in readers:
        if fits:
            return read(text)
    return Verdict(_("Unknown text")).fails(
        _(
            "This is not a receipt of the log. A leaf hash has 64 signs 0-9 and a-f, an opening begins with {, "
            "a proof file with c2sp.org/tlog-proof@v1. Copy the whole text."
        )
    )


def _looks_like_checkpoint(text: str) -> bool:
    """A signed note that is no file of another format, or the first lines of a checkpoint of this exchange."""
    first = text.split("\n", 1)[0]
    is_note = f"{notes.SEPARATOR}{notes.DASH}" in text and not first.startswith("c2sp.org/")
    return is_note or keys.year_of(first) is not None


def _open_checkpoint(note: str) -> notes.TreeHead:
    """The tree head of a checkpoint signed by this exchange, of whichever year; raises NoteError."""
    head = notes.TreeHead.parse(notes.split(note)[0])
    year = keys.year_of(head.origin)
    if year is None:
        raise notes.NoteError("foreign_origin")
    return notes.open_checkpoint(note, *keys.verifiers(year))


def _words(error: notes.NoteError) -> tuple[str | Promise, dict[str, object]]:
    return NOTE_WORDS[error.code], {"origin": f"{settings.LOG_ORIGIN}/…"}


def _check_promise(text: str) -> Verdict:
    """A pending receipt: signed by us, and kept or broken."""
    verdict = Verdict(_("Pending receipt"))
    try:
        promise = promises.open_promise(text + "\n")
    except notes.NoteError as error:
        sentence = PROMISE_WORDS.get(error.code, NOTE_WORDS[error.code])
        return verdict.fails(sentence, origin=settings.LOG_ORIGIN)
    verdict.holds(_("The pending receipt is signed with the key of this exchange."))
    verdict.holds(_("It promises publication by %(time)s."), time=_shown(promise.by))
    entry = selectors.find(promise.leaf_hash)
    is_out = entry is not None and selectors.place(entry) is not None
    if not is_out and promise.by < now():
        return verdict.fails(
            _(
                "The promised time has passed and the leaf is not published: the exchange broke its promise. "
                "Report this to the supervisor and keep this receipt: it is the evidence."
            )
        )
    if entry is None:
        return verdict.fails(
            _("The log does not know this leaf, although the exchange signed for it. Keep this receipt and report it.")
        )
    _look_up(verdict, promise.leaf_hash)
    return verdict


def _shown(moment: Any) -> str:
    return date_format(localtime(moment), "d/m/Y H:i:s")


PROMISE_WORDS: dict[str, str | Promise] = {
    "not_a_note": _("The pending receipt is cut short: its signature line is missing or damaged."),
    "unknown_key": _("The pending receipt carries no signature of this exchange."),
    "bad_signature": _("The signature does not fit the pending receipt: it was changed after it was signed."),
    "foreign_origin": _("The pending receipt was given by somebody else. Ours begin with %(origin)s."),
}


def _check_hash(text: str) -> Verdict:
    verdict = Verdict(_("Leaf hash"))
    _look_up(verdict, text.lower())
    return verdict


def _look_up(verdict: Verdict, hashed: str) -> None:
    """Find the leaf in the log and, where it is published, prove its place."""
    entry = selectors.find(hashed)
    if entry is None:
        verdict.fails(_("The log has no leaf with this hash. It was never recorded here, or a sign of it was changed."))
        return
    place = selectors.place(entry)
    if place is None:
        verdict.outcome = WAITING if verdict.outcome == GOOD else verdict.outcome
        verdict.holds(_("The leaf was accepted and waits for the next checkpoint. Check again in a minute."))
        return
    verdict.leaf, verdict.proof = selectors.public_leaf(entry.sequenced), place.as_dict
    verdict.holds(
        _("The leaf is entry %(index)s of the published log of %(size)s entries."),
        index=place.index,
        size=place.checkpoint.size,
    )
    witnesses = place.checkpoint.cosignatures.count()
    if witnesses:
        verdict.holds(_("Independent witnesses that confirmed this checkpoint: %(count)s."), count=witnesses)


def _check_opening(text: str) -> Verdict:
    verdict = Verdict(_("Opening of a record"))
    try:
        content = json.loads(text)
        leaf, record, salt = content["leaf"], content["record"], bytes.fromhex(content["salt"])
        public, hidden = canonical_json(leaf), canonical_json(record)
        complete = set(leaf) == LEAF_KEYS and isinstance(record, dict) and len(salt) == 32
    except (ValueError, KeyError, TypeError, RecursionError):
        complete = False
    if not complete:
        return verdict.fails(_("The opening is damaged or cut short: it needs the parts leaf, record and salt."))
    origin = str(content.get("origin", settings.LOG_ORIGIN))
    if origin != settings.LOG_ORIGIN and keys.year_of(origin) is None:
        return verdict.fails(NOTE_WORDS["foreign_origin"], origin=f"{settings.LOG_ORIGIN}/…")
    _check_commitment(verdict, leaf, record, commitment(salt, hidden))
    hashed = leaf_hash(public).hex()
    if content.get("leaf_hash", hashed) != hashed:
        verdict.fails(_("The leaf was changed: its hash is not the one the opening states."))
    _look_up(verdict, hashed)
    if isinstance(content.get("proof"), str) and content["proof"]:
        _walk_proof(verdict, content["proof"], public)
    return verdict


def _check_commitment(verdict: Verdict, leaf: dict[str, Any], record: dict[str, Any], computed: str) -> None:
    if computed != leaf["c"]:
        verdict.fails(
            _("Record and salt do not give the commitment of the leaf: the record, the salt or the leaf was changed.")
        )
        return
    verdict.holds(_("Record and salt give exactly the commitment of the leaf."))
    if any(record.get(name) != leaf[name] for name in ("t", "o", "n", "ts")):
        verdict.fails(_("The record speaks of another event than the leaf."))


def _check_proof(text: str) -> Verdict:
    verdict = Verdict(_("Proof file"))
    _walk_proof(verdict, text, None)
    return verdict


def _open_proof(verdict: Verdict, text: str) -> tuple[notes.Proof, notes.TreeHead] | None:
    try:
        proof = notes.Proof.parse(text)
        head = _open_checkpoint(proof.checkpoint)
    except notes.NoteError as error:
        sentence, values = _words(error)
        verdict.fails(sentence, **values)
        return None
    verdict.holds(_("The checkpoint is signed with the key of this log."))
    return proof, head


def _walk_proof(verdict: Verdict, text: str, leaf: bytes | None) -> None:
    """Signature, path, history; the leaf comes from the opening, the file itself, or the log."""
    opened = _open_proof(verdict, text.rstrip("\n") + "\n")
    if opened is None:
        return
    proof, head = opened
    known = _leaf_at(keys.year_of(head.origin) or 0, proof.index)
    entry = leaf or proof.extra or (bytes(known.leaf) if known else b"")
    if not entry:
        verdict.fails(_("The file names entry %(index)s, which this log does not have."), index=proof.index)
        return
    try:
        computed = root_from_inclusion(leaf_hash(entry), proof.index, head.size, proof.path)
    except ProofError as error:
        verdict.fails(PROOF_WORDS.get(error.code, PROOF_WORDS["root_mismatch"]))
        return
    if computed != head.root:
        verdict.fails(PROOF_WORDS["root_mismatch"])
        return
    verdict.holds(
        _("The path leads from entry %(index)s to the signed root of %(size)s entries."),
        index=proof.index,
        size=head.size,
    )
    _check_history(verdict, head)
    if leaf is None:
        _look_up(verdict, leaf_hash(entry).hex())


PROOF_WORDS: dict[str, str | Promise] = {
    "root_mismatch": _("The path does not lead to the signed root: the leaf, its number or the path was changed."),
    "index_beyond_size": _("The entry number is beyond the size of the signed tree: the number was changed."),
    "proof_too_short": _("The path is too short for a tree of this size: lines are missing."),
    "proof_too_long": _("The path is too long for a tree of this size: lines were added."),
}


def _leaf_at(year: int, index: int) -> Entry | None:
    return Entry.objects.filter(sequenced__year=year, sequenced__index=index).first()


def _check_history(verdict: Verdict, head: notes.TreeHead) -> None:
    """Whether the signed tree is the beginning of the tree published today."""
    year = keys.year_of(head.origin) or 0
    latest = selectors.latest_checkpoint(year)
    size = latest.size if latest else 0
    if head.size > size:
        verdict.fails(
            _(
                "The log once signed %(signed)s entries but now shows only %(size)s. Report this to the supervisor: "
                "keep your file."
            ),
            signed=head.size,
            size=size,
        )
        return
    try:
        same = range_root(0, head.size, folder_of(year).complete(size)) == head.root
    except MissingTile:
        verdict.fails(_("A published file of the log is missing, so its history cannot be compared now. Try later."))
        return
    if same:
        verdict.holds(_("The signed tree is the beginning of the log as it is published now."))
    else:
        verdict.fails(
            _("The log as published now has another history than the one it signed. Report this: keep your file.")
        )


def _check_checkpoint(text: str) -> Verdict:
    verdict = Verdict(_("Checkpoint"))
    try:
        head = _open_checkpoint(text + "\n")
    except notes.NoteError as error:
        sentence, values = _words(error)
        return verdict.fails(sentence, **values)
    verdict.holds(_("The checkpoint is signed with the key of this log."))
    _check_history(verdict, head)
    return verdict
