"""A witness of our own: a small HTTP server on 127.0.0.1 that checks what C2SP tlog-witness asks.

It refuses a foreign key with 403, another log with 404, a size it does not know with 409 and the size it knows, and any
history that does not continue what it saw with 422. Its Merkle code is not the exchange's.
"""

import base64
import hashlib
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_from(old: int, new: int, path: list[bytes]) -> tuple[bytes | None, bytes | None]:
    """Old and new root a consistency path speaks for, by the recursion of RFC 6962 2.1.2 read backwards."""

    def walk(size: int, wanted: int, whole: bool, rest: list[bytes], known: bytes | None):
        if wanted == size:
            if whole:
                return known, known, rest
            return rest[0], rest[0], rest[1:]
        split = 1 << (size - 1).bit_length() - 1
        if wanted <= split:
            left_old, left_new, rest = walk(split, wanted, whole, rest, known)
            return left_old, node(left_new, rest[0]), rest[1:]
        right_old, right_new, rest = walk(size - split, wanted - split, False, rest, known)
        return node(rest[0], right_old), node(rest[0], right_new), rest[1:]

    return lambda known: walk(new, old, True, path, known)


class Witness:
    """State and key of the witness; `serve()` gives its address."""

    def __init__(self, name: str = "witness.example/w1") -> None:
        self.name = name
        self.private = Ed25519PrivateKey.generate()
        self.logs: dict[str, Ed25519PublicKey] = {}
        self.seen: dict[str, tuple[int, bytes]] = {}
        self.requests: list[tuple[str, int]] = []
        self.evidence: list[str] = []
        self.broken: int | None = None
        self.lies = False

    @property
    def vkey(self) -> str:
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}"

    @property
    def key_id(self) -> bytes:
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(self.name.encode() + b"\n\x04" + public).digest()[:4]

    def trust(self, origin: str, vkey: str) -> None:
        """Know a log by its origin and key."""
        material = base64.b64decode(vkey.split("+", 2)[2])
        self.logs[origin] = Ed25519PublicKey.from_public_bytes(material[1:])

    def answer(self, body: str) -> tuple[int, str, str]:
        """Status, media type and text for an add-checkpoint."""
        head, _, note = body.partition("\n\n")
        lines = head.split("\n")
        old, path = int(lines[0].removeprefix("old ")), [base64.b64decode(line) for line in lines[1:]]
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        if origin not in self.logs:
            return 404, "text/plain", ""
        if not self._is_signed(origin, text, signatures):
            return 403, "text/plain", ""
        return self._compare(origin, int(size), base64.b64decode(root), old, path, text, note)

    def _is_signed(self, origin: str, text: str, signatures: str) -> bool:
        for line in signatures.splitlines():
            _, name, content = line.split(" ")
            if name == origin:
                try:
                    self.logs[origin].verify(base64.b64decode(content)[4:], text.encode())
                except InvalidSignature:
                    continue
                return True
        return False

    def _compare(self, origin, size, root, old, path, text, note) -> tuple[int, str, str]:
        known_size, known_root = self.seen.get(origin, (0, b""))
        if old > size:
            return 400, "text/plain", ""
        if old != known_size or size < known_size:
            self.evidence.append(note)
            return 409, "text/x.tlog.size", f"{known_size}\n"
        if known_size and not self._continues(known_size, known_root, size, root, path):
            self.evidence.append(note)
            return 422, "text/plain", ""
        self.seen[origin] = (size, root)
        return 200, "text/plain", self._cosign(text)

    @staticmethod
    def _continues(old: int, old_root: bytes, new: int, root: bytes, path: list[bytes]) -> bool:
        if old == new:
            return not path and old_root == root
        try:
            found_old, found_new, rest = roots_from(old, new, path)(old_root)
        except IndexError:
            return False
        return not rest and (found_old, found_new) == (old_root, root)

    def _cosign(self, text: str) -> str:
        seconds = int(time.time())
        signed = self.private.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        if self.lies:
            signed = bytes(64)
        content = self.key_id + struct.pack(">Q", seconds) + signed
        return f"\u2014 {self.name} {base64.b64encode(content).decode()}\n"


def serve(witness: Witness) -> tuple[ThreadingHTTPServer, str]:
    """Start the witness on a free port; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, media, text = witness.answer(body) if witness.broken is None else (witness.broken, "text/plain", "")
            witness.requests.append((self.path, status))
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/log"
