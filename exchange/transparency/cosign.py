"""Formats of witnesses (C2SP tlog-cosignature, tlog-witness): cosignature/v1 and the add-checkpoint request."""

import datetime as dt
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from exchange.transparency.notes import (
    DASH,
    SEPARATOR,
    NoteError,
    Verifier,
    decode_base64,
    encode_base64,
    key_id,
    signature_lines,
    split,
)

COSIGNATURE = b"\x04"
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True)
class WitnessKey:
    """The public key of a witness, of type 0x04, with the name it signs under."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "WitnessKey":
        """From the text form <name>+<hex key id>+<base64(type || key)>."""
        name, identity, encoded = [*vkey.strip().split("+", 2), "", ""][:3]
        material = decode_base64(encoded, "bad_verifier_key")
        if material[:1] != COSIGNATURE or len(material) != 33:
            raise NoteError("unsupported_key_type")
        key = cls(name, material[1:])
        if key.key_id.hex() != identity:
            raise NoteError("bad_verifier_key")
        return key

    @property
    def key_id(self) -> bytes:
        """Four bytes that name the key in signature lines."""
        return key_id(self.name, self.public, COSIGNATURE)

    @property
    def vkey(self) -> str:
        """Text form to configure."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(COSIGNATURE + self.public)}"

    def signed_at(self, text: str, content: bytes) -> dt.datetime | None:
        """When this witness cosigned the text of a checkpoint; None when the signature is not its own."""
        if len(content) != 76 or content[:4] != self.key_id:
            return None
        (seconds,) = struct.unpack(">Q", content[4:12])
        if not Verifier(self.name, self.public).verifies(message(seconds, text), content[12:]):
            return None
        try:
            return dt.datetime.fromtimestamp(seconds, dt.UTC)
        except (OverflowError, ValueError, OSError):
            return None


def message(seconds: int, text: str) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def request(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of add-checkpoint: the size the witness knows, the consistency proof, the checkpoint."""
    lines = [f"old {old}", *(encode_base64(item) for item in proof)]
    return ("\n".join(lines) + SEPARATOR + note).encode()


def cosignature(key: WitnessKey, note: str, answer: str) -> tuple[str, dt.datetime]:
    """The line of a witness from its answer, and when it signed; raises NoteError when there is no good one."""
    text, _signatures = split(note)
    for name, content in signature_lines(answer):
        if name == key.name:
            moment = key.signed_at(text, content)
            if moment is not None:
                return f"{DASH}{name} {encode_base64(content)}", moment
    raise NoteError("bad_signature")
