"""An encrypted copy of the keys a process holds: scrypt and AES-256-GCM, opened by one or more people together.

The file is JSON: how the key is made from the passphrases, nonce, and the sealed values. What stands in clear (names,
fingerprints, parameters, moment) is bound to what is sealed, so that none of it can be changed unseen.
"""

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from exchange.backup.manifest import BackupProblem, fingerprint
from exchange.common.canonical import canonical_json
from exchange.common.clock import now

FORMAT = "exchange-keys-1"
COST = 2**17  # scrypt with r=8: 128 MB of memory for each guess
MOST_COST = 2**20
SHORTEST = 15  # characters of each passphrase
MOST_BYTES = 64 * 1024


def seal_keys(path: Path, keys: Mapping[str, str], passphrases: Sequence[str]) -> list[str]:
    """Write the keys that are held into a new file only its owner reads; returns their names."""
    held = {name: value for name, value in sorted(keys.items()) if value}
    if not held:
        raise BackupProblem("This process holds no key: nothing was written.")
    for number, passphrase in enumerate(passphrases, 1):
        if len(passphrase) < SHORTEST:
            raise BackupProblem(f"Passphrase {number} is shorter than {SHORTEST} characters: nothing was written.")
    salt, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    head: dict[str, Any] = {
        "format": FORMAT,
        "made_at": now().isoformat(),
        "people": len(passphrases),
        "keys": {name: fingerprint(value) for name, value in held.items()},
        "kdf": {"name": "scrypt", "n": COST, "r": 8, "p": 1, "salt": _text(salt)},
        "nonce": _text(nonce),
    }
    sealed = AESGCM(_key(head, passphrases)).encrypt(nonce, canonical_json(held), canonical_json(head))
    _write_new(path, json.dumps(head | {"sealed": _text(sealed)}, indent=1) + "\n")
    return list(held)


def open_keys(path: Path, passphrases: Sequence[str]) -> dict[str, str]:
    """The keys of a copy by name; wrong passphrases and a changed file are refused and not told apart."""
    head, sealed = _read(path)
    if len(passphrases) != head["people"]:
        raise BackupProblem(f"The copy was made by {head['people']} people: all of their passphrases are needed.")
    try:
        plain = AESGCM(_key(head, passphrases)).decrypt(_bytes(head["nonce"]), sealed, canonical_json(head))
    except (InvalidTag, ValueError) as error:
        raise BackupProblem(f"{path} cannot be opened: a passphrase is wrong, or the file was changed.") from error
    return json.loads(plain)


def people_of(path: Path) -> int:
    """How many passphrases a copy needs."""
    return _read(path)[0]["people"]


def put_keys(folder: Path, keys: Mapping[str, str]) -> None:
    """Write each key into a file of its own in a new folder, as NAME_FILE takes it."""
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise BackupProblem(f"{folder} cannot be made: {error.strerror}. Name a folder that does not exist.") from error
    for name, value in keys.items():
        _write_new(folder / name, value + "\n")


def _key(head: Mapping[str, Any], passphrases: Sequence[str]) -> bytes:
    kdf = head["kdf"]
    stretch = Scrypt(salt=_bytes(kdf["salt"]), length=32, n=kdf["n"], r=kdf["r"], p=kdf["p"])
    # as a list: where one passphrase ends and the next begins is part of what is derived
    return stretch.derive(canonical_json(list(passphrases)))


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BackupProblem(f"{path} is no copy of keys: it is too large.")
        head = json.loads(path.read_text(encoding="ascii"))
        sealed = _bytes(head.pop("sealed"))
        is_known = head["format"] == FORMAT and 0 < int(head["people"]) < 10 and _is_bearable(head["kdf"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupProblem(f"{path} is no copy of keys that can be read: {type(error).__name__}.") from error
    if not is_known:
        raise BackupProblem(f"{path} was made in a way this release does not know.")
    return head, sealed


def _is_bearable(kdf: Mapping[str, Any]) -> bool:
    """A changed file must not make the machine compute for ever."""
    return kdf["name"] == "scrypt" and 2 <= kdf["n"] <= MOST_COST and kdf["r"] == 8 and kdf["p"] == 1


def _write_new(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupProblem(f"{path} cannot be written: {error.strerror}. Nothing is overwritten.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not Base64") from error
