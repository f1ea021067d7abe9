"""Static files of the log in the layout of C2SP tlog-tiles: hash tiles, entry bundles, checkpoint."""

import os
import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

from exchange.transparency.tree import HASH_SIZE, Complete, in_memory, leaf_hash, node_hashes

HEIGHT = 8
WIDTH = 1 << HEIGHT
CHECKPOINT = "checkpoint"
ENTRIES = "entries"
NAME = re.compile(r"tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/){0,5}[0-9]{3}(?:\.p/(?:[1-9][0-9]{0,2}))?\Z")


class MissingTile(LookupError):
    """A file the tree needs is not there or is cut short."""


def number_path(number: int) -> str:
    """1234067 -> x001/x234/067."""
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.append(f"x{number % 1000:03d}")
    return "/".join(reversed(parts))


def tile_name(level: int | str, number: int, width: int = WIDTH) -> str:
    """Address of a tile below the log's prefix; `entries` is the level of the bundles."""
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{number_path(number)}{suffix}"


def is_tile_name(name: str) -> bool:
    """Whether the address is one a log of this layout can have."""
    return bool(NAME.fullmatch(name))


def bundle(entries: list[bytes]) -> bytes:
    """Entries one after another, each behind its length in two bytes."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unbundle(content: bytes) -> Iterator[bytes]:
    """The entries of a bundle; raises ValueError when it is cut short."""
    at = 0
    while at < len(content):
        if at + 2 > len(content):
            raise ValueError("bundle cut short")
        length = struct.unpack_from(">H", content, at)[0]
        at += 2 + length
        if at > len(content):
            raise ValueError("bundle cut short")
        yield content[at - length : at]


def tile_root(hashes: list[bytes]) -> bytes:
    """Root of a full tile, the hash that stands for it one level up."""
    while len(hashes) > 1:
        hashes = node_hashes(hashes)
    return hashes[0]


class Folder:
    """The published files of one log."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def read(self, name: str) -> bytes | None:
        """Content of a file, or None."""
        try:
            return (self.root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, content: bytes) -> None:
        """Put a file in place whole or not at all, and durably."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.new")
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        _sync_folder(path.parent)

    def drop_partial(self, level: int | str, number: int) -> None:
        """Remove the partial tiles that a full one has replaced."""
        shutil.rmtree(self.root / f"{tile_name(level, number)}.p", ignore_errors=True)

    def hashes(self, level: int, number: int, width: int) -> list[bytes]:
        """The first `width` hashes of a tile, from the partial file or from a wider one."""
        for candidate in dict.fromkeys([width, WIDTH]):
            content = self.read(tile_name(level, number, candidate))
            if content is not None and len(content) == candidate * HASH_SIZE:
                return [content[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]
        raise MissingTile(tile_name(level, number, width))

    def entries(self, number: int, width: int) -> list[bytes]:
        """The first `width` entries of a bundle."""
        for candidate in dict.fromkeys([width, WIDTH]):
            content = self.read(tile_name(ENTRIES, number, candidate))
            if content is not None:
                found = list(unbundle(content))
                if len(found) == candidate:
                    return found[:width]
        raise MissingTile(tile_name(ENTRIES, number, width))

    def complete(self, size: int) -> Complete:
        """Subtree hashes of the tree of `size`, read from its tiles and kept while the function lives."""
        tiles: dict[tuple[int, int], Complete] = {}

        def read(level: int, index: int) -> bytes:
            height, inside = divmod(level, 8)
            number, place = divmod(index << inside, WIDTH)
            if (height, number) not in tiles:
                width = min(WIDTH, (size >> 8 * height) - number * WIDTH)
                tiles[height, number] = in_memory(self.hashes(height, number, width))
            return tiles[height, number](inside, place >> inside)

        return read


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Writer:
    """Writes the tiles of a growing tree, from a size that fills its last level-0 tile onwards."""

    def __init__(self, folder: Folder, start: int) -> None:
        if start % WIDTH:
            raise ValueError("a writer starts at a full tile")
        self.folder = folder
        self.size = start
        self.bundle: list[bytes] = []
        self.levels: list[list[bytes]] = [[]]
        self.full: list[tuple[int | str, int]] = []
        height = 1
        while start >> 8 * height:
            number, width = divmod(start >> 8 * height, WIDTH)
            self.levels.append(folder.hashes(height, number, width) if width else [])
            height += 1

    def add(self, entry: bytes) -> bytes:
        """Append an entry; returns its hash."""
        hashed = leaf_hash(entry)
        self.bundle.append(entry)
        self.size += 1
        if len(self.bundle) == WIDTH:
            self._put(ENTRIES, (self.size - 1) // WIDTH, WIDTH, bundle(self.bundle))
            self.bundle = []
        self._push(0, hashed)
        return hashed

    def finish(self) -> None:
        """Write the partial tiles at the right edge."""
        if self.bundle:
            self._put(ENTRIES, self.size // WIDTH, len(self.bundle), bundle(self.bundle))
        for level, hashes in enumerate(self.levels):
            if hashes:
                self._put(level, (self.size >> 8 * level) // WIDTH, len(hashes), b"".join(hashes))

    def clean(self) -> None:
        """Remove partial tiles that became full; to be called once the larger tree is published."""
        for level, number in self.full:
            self.folder.drop_partial(level, number)

    def _push(self, level: int, hashed: bytes) -> None:
        if level == len(self.levels):
            self.levels.append([])
        self.levels[level].append(hashed)
        if len(self.levels[level]) == WIDTH:
            hashes, self.levels[level] = self.levels[level], []
            self._put(level, ((self.size >> 8 * level) - 1) // WIDTH, WIDTH, b"".join(hashes))
            self._push(level + 1, tile_root(hashes))

    def _put(self, level: int | str, number: int, width: int, content: bytes) -> None:
        self.folder.write(tile_name(level, number, width), content)
        if width == WIDTH:
            self.full.append((level, number))
