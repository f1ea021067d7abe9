"""Merkle tree of RFC 6962 (SHA-256): hashes, roots, proofs and their verification. Plain Python, no database."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

# Complete(level, index) is the hash of the full subtree over leaves [index << level, (index + 1) << level).
Complete = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof does not hold; `code` says why and never changes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry (RFC 6962 2.1): SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962 2.1): SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hashes of many entries."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hashes(hashes: Sequence[bytes]) -> list[bytes]:
    """The level above: hashes of neighbours, two by two; their number is even."""
    sha256, pairs = hashlib.sha256, iter(hashes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (size of at least 2)."""
    return 1 << (size - 1).bit_length() - 1


class Frontier:
    """The right edge of a tree: hashes of its full subtrees, largest first. Grows without the older leaves."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size = size
        self.edge = list(edge)
        if size < 0 or len(self.edge) != size.bit_count() or any(len(item) != HASH_SIZE for item in self.edge):
            raise ValueError("the right edge does not fit the size")

    def append(self, hashed_leaf: bytes) -> None:
        """Add one leaf at the right."""
        self.append_full(hashed_leaf, 0)

    def append_full(self, node: bytes, height: int) -> None:
        """Add the root of a full subtree of this height at the right, where the tree is made of such subtrees."""
        size, rest = divmod(self.size, 1 << height)
        if rest:
            raise ValueError("the subtree does not fit the size")
        while size & 1:
            node = node_hash(self.edge.pop(), node)
            size >>= 1
        self.edge.append(node)
        self.size += 1 << height

    def copy(self) -> "Frontier":
        """Another one of the same size."""
        return Frontier(self.size, self.edge)

    def root(self) -> bytes:
        """Root of the tree of this size; of the empty tree, the hash of nothing."""
        if not self.edge:
            return EMPTY_ROOT
        node = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            node = node_hash(left, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """Root over hashed leaves."""
    frontier = Frontier()
    for hashed in leaves:
        frontier.append(hashed)
    return frontier.root()


def in_memory(leaves: Sequence[bytes]) -> Complete:
    """Subtree hashes of a list of hashed leaves, computed once a level."""
    levels: list[list[bytes]] = [list(leaves)]

    def complete(level: int, index: int) -> bytes:
        while len(levels) <= level:
            below = levels[-1]
            levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
        return levels[level][index]

    return complete


def range_root(start: int, end: int, complete: Complete) -> bytes:
    """Hash over leaves [start, end) where start is aligned as RFC 6962 splits it."""
    count = end - start
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return complete(level, start >> level)
    middle = start + _split(count)
    return node_hash(range_root(start, middle, complete), range_root(middle, end, complete))


def frontier_of(size: int, complete: Complete) -> Frontier:
    """The right edge of the tree of `size`."""
    heights = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    return Frontier(size, [complete(level, (size >> level) - 1) for level in heights])


def inclusion_proof(index: int, size: int, complete: Complete) -> list[bytes]:
    """Path from a leaf to the root of a tree of `size` (RFC 6962 2.1.1), sibling first."""
    if not 0 <= index < size:
        raise ProofError("index_beyond_size")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, complete))
            end = middle
        else:
            path.append(range_root(start, middle, complete))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, complete: Complete) -> list[bytes]:
    """Proof that the tree of size `old` is the beginning of the tree of size `new` (RFC 6962 2.1.2)."""
    if not 0 < old <= new:
        raise ProofError("old_size_out_of_range")
    start, end, whole, path = 0, new, True, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_root(middle, end, complete))
            end = middle
        else:
            path.append(range_root(start, middle, complete))
            start, whole = middle, False
    if not whole:
        path.append(range_root(start, end, complete))
    return path[::-1]


def _steps(index: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Siblings on the way up and whether each stands on the left (RFC 9162 2.1.3.2); refuses a wrong length."""
    for sibling in path:
        if last == 0:
            raise ProofError("proof_too_long")
        on_left = bool(index & 1) or index == last
        yield sibling, on_left
        while on_left and not index & 1 and index:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    if last:
        raise ProofError("proof_too_short")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(item) != HASH_SIZE for item in hashes):
        raise ProofError("hash_length")


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root a path leads to from a hashed leaf; raises ProofError when the path cannot belong there."""
    _check_hashes(leaf, *path)
    if not 0 <= index < size:
        raise ProofError("index_beyond_size")
    node = leaf
    for sibling, on_left in _steps(index, size - 1, path):
        node = node_hash(sibling, node) if on_left else node_hash(node, sibling)
    return node


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> None:
    """Accept that the hashed leaf stands at `index` of the tree with this root, or raise ProofError."""
    if root_from_inclusion(leaf, index, size, path) != expected_root:
        raise ProofError("root_mismatch")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Accept that the new tree continues the old one, or raise ProofError. An old size of 0 proves nothing: refused."""
    _check_hashes(*path)
    if not 0 < old <= new:
        raise ProofError("old_size_out_of_range")
    if old == new:
        if path:
            raise ProofError("proof_too_long")
        if old_root != new_root:
            raise ProofError("root_mismatch")
        return
    _verify_growth(old, new, old_root, new_root, list(path))


def _verify_growth(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> None:
    if old & (old - 1) == 0:  # a full old tree is itself the first node of the path
        path.insert(0, old_root)
    if not path:
        raise ProofError("proof_too_short")
    shift = (old ^ (old - 1)).bit_length() - 1  # levels below the first node of the path
    old_node = new_node = path[0]
    for sibling, on_left in _steps((old - 1) >> shift, (new - 1) >> shift, path[1:]):
        if on_left:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
        else:
            new_node = node_hash(new_node, sibling)
    if old_node != old_root or new_node != new_root:
        raise ProofError("root_mismatch")
