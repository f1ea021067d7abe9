"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) with Ed25519 keys of type 0x01."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
SEPARATOR = "\n\n"
DASH = "\u2014 "
MAX_NOTE = 64 * 1024
MAX_SIGNATURES = 64
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}\Z")


class NoteError(ValueError):
    """A note, key or checkpoint is not acceptable; `code` says why and never changes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decode_base64(text: str, code: str = "bad_base64") -> bytes:
    """Bytes of standard, padded Base64 written in its one canonical way."""
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise NoteError(code) from error
    if encode_base64(content) != text:
        raise NoteError(code)
    return content


def encode_base64(content: bytes) -> str:
    """Standard, padded Base64."""
    return base64.b64encode(content).decode("ascii")


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or ord(c) < 32 for c in name):
        raise NoteError("bad_key_name")


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """First four bytes of SHA-256(name || LF || type || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """From the text form <name>+<hex key id>+<base64(type || key)>."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3:
            raise NoteError("bad_verifier_key")
        name, identity, encoded = parts
        _check_name(name)
        material = decode_base64(encoded, "bad_verifier_key")
        if material[:1] != ED25519 or len(material) != 33:
            raise NoteError("unsupported_key_type")
        verifier = cls(name, material[1:])
        if verifier.key_id.hex() != identity:
            raise NoteError("bad_verifier_key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """Four bytes that name the key in signature lines."""
        return key_id(self.name, self.public)

    @property
    def vkey(self) -> str:
        """Text form to publish."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(ED25519 + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature over the message is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key with the name it signs under."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """A new random key."""
        _check_name(name)
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, name: str, encoded: str) -> "Signer":
        """From the Base64 of the 32 secret bytes."""
        _check_name(name)
        seed = decode_base64(encoded.strip(), "bad_signing_key")
        if len(seed) != 32:
            raise NoteError("bad_signing_key")
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def secret(self) -> str:
        """Base64 of the 32 secret bytes, for a key file."""
        raw = serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        return encode_base64(self.private.private_bytes(*raw))

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        raw = self.private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return Verifier(self.name, raw)

    def sign(self, text: str) -> str:
        """The note: text, empty line, signature line."""
        _check_text(text)
        if not text.endswith("\n"):
            raise NoteError("no_final_newline")
        signature = self.verifier.key_id + self.private.sign(text.encode())
        return f"{text}\n{DASH}{self.name} {encode_base64(signature)}\n"


def _check_text(text: str) -> None:
    if len(text) > MAX_NOTE:
        raise NoteError("too_long")
    if any(ord(c) < 32 and c != "\n" for c in text):
        raise NoteError("control_character")


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Text (with its final newline) and signature lines as (key name, id and signature)."""
    _check_text(note)
    text, found, signatures = note.rpartition(SEPARATOR)
    if not found:
        raise NoteError("not_a_note")
    return text + "\n", signature_lines(signatures)


def signature_lines(block: str) -> list[tuple[str, bytes]]:
    """Lines of signatures as (key name, id and signature)."""
    if not block.endswith("\n") or block == "\n":
        raise NoteError("not_a_note")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("too_long")
    return [_signature_line(line) for line in lines]


def _signature_line(line: str) -> tuple[str, bytes]:
    name, found, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not found:
        raise NoteError("not_a_note")
    _check_name(name)
    content = decode_base64(encoded, "bad_signature")
    if len(content) <= 4:
        raise NoteError("bad_signature")
    return name, content


def open_note(note: str, verifiers: Iterable[Verifier]) -> str:
    """The text of a note signed by a known key; a wrong signature of a known key refuses the whole note."""
    text, signatures = split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    accepted = False
    for name, content in signatures:
        verifier = known.get((name, content[:4]))
        if verifier is None:
            continue
        if not verifier.verifies(text.encode(), content[4:]):
            raise NoteError("bad_signature")
        accepted = True
    if not accepted:
        raise NoteError("unknown_key")
    return text


def own_part(note: str, verifiers: Iterable[Verifier]) -> str:
    """The note with the signature lines of these keys alone, without what witnesses added."""
    text, signatures = split(note)
    known = {(verifier.name, verifier.key_id) for verifier in verifiers}
    kept = [one for one in signatures if (one[0], one[1][:4]) in known]
    return f"{text}\n" + "".join(f"{DASH}{name} {encode_base64(content)}\n" for name, content in kept)


@dataclass(frozen=True)
class TreeHead:
    """What a checkpoint says: whose log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> "TreeHead":
        """From the text of a note; extension lines are read over."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "" or not all(lines[:-1]):
            raise NoteError("not_a_checkpoint")
        origin, size, encoded = lines[:3]
        if not NUMBER.fullmatch(size):
            raise NoteError("not_a_checkpoint")
        content = decode_base64(encoded, "not_a_checkpoint")
        if len(content) != 32:
            raise NoteError("not_a_checkpoint")
        return cls(origin, int(size), content)

    @property
    def text(self) -> str:
        """The note text to sign."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


def open_checkpoint(note: str, *verifiers: Verifier) -> TreeHead:
    """The tree head of a checkpoint of this very log: its origin and its signature fit one of the log's keys."""
    head = TreeHead.parse(split(note)[0])
    if head.origin != verifiers[0].name:
        raise NoteError("foreign_origin")
    open_note(note, verifiers)
    return head


PROOF_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """A C2SP tlog-proof: place of an entry, path to the root, checkpoint; `extra` holds the entry itself."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The file as it is handed out."""
        lines = [PROOF_HEADER]
        if self.extra:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(encode_base64(item) for item in self.path)
        return "\n".join(lines) + SEPARATOR + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """Read a proof file; raises NoteError with what is wrong."""
        if len(text) > MAX_NOTE:
            raise NoteError("too_long")
        head, found, checkpoint = text.partition(SEPARATOR)
        lines = head.split("\n")
        if lines[0] != PROOF_HEADER:
            raise NoteError("not_a_proof")
        if not found:
            raise NoteError("truncated")
        extra = b""
        if len(lines) > 1 and lines[1].startswith("extra "):
            extra = decode_base64(lines.pop(1).removeprefix("extra "))
        if len(lines) < 2 or not lines[1].startswith("index "):
            raise NoteError("not_a_proof")
        number = lines[1].removeprefix("index ")
        if not NUMBER.fullmatch(number):
            raise NoteError("not_a_proof")
        path = tuple(decode_base64(line) for line in lines[2:])
        if len(path) > 63 or any(len(item) != 32 for item in path):
            raise NoteError("not_a_proof")
        return cls(int(number), path, checkpoint, extra)
