"""The tree agrees with RFC 6962, with foreign vectors and with itself."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.transparency import tree
from exchange.transparency.tree import ProofError

CONFORMANCE = Path("shared", "data", "conformance")
quick = settings(deadline=None, max_examples=60)


def conformance(name: str) -> Path:
    """A folder of conformance data, kept in `shared/` beside the repository."""
    places = [parent / CONFORMANCE / name for parent in Path(__file__).resolve().parents]
    return next((place for place in places if place.is_dir()), places[-1])


def vectors(kind: str) -> list[Path]:
    """Vector files; none where the conformance data are absent."""
    return sorted((conformance("rfc6962") / "testdata" / kind).rglob("*.json"))


def unpack(case: dict, name: str) -> bytes:
    return base64.b64decode(case[name] or "")


needs_vectors = pytest.mark.skipif(
    not vectors("inclusion"), reason="the RFC 6962 vectors are not beside this repository"
)


@needs_vectors
@pytest.mark.parametrize("path", vectors("inclusion"), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_inclusion_vectors(path):
    case = json.loads(path.read_text())
    proof = [base64.b64decode(item) for item in case["proof"] or []]
    arguments = (unpack(case, "leafHash"), case["leafIdx"], case["treeSize"], proof, unpack(case, "root"))
    if case["wantErr"]:
        with pytest.raises(ProofError):
            tree.verify_inclusion(*arguments)
    else:
        tree.verify_inclusion(*arguments)


@needs_vectors
@pytest.mark.parametrize("path", vectors("consistency"), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_consistency_vectors(path):
    case = json.loads(path.read_text())
    proof = [base64.b64decode(item) for item in case["proof"] or []]
    arguments = (case["size1"], case["size2"], unpack(case, "root1"), unpack(case, "root2"), proof)
    if case["wantErr"]:
        with pytest.raises(ProofError):
            tree.verify_consistency(*arguments)
    else:
        tree.verify_consistency(*arguments)


def hashed(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


def plain_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word."""
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return tree.node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def test_known_hashes():
    assert tree.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@quick
@given(st.integers(0, 300))
def test_frontier_gives_the_root_of_the_definition(count):
    assert tree.root(hashed(count)) == plain_root(hashed(count))


@quick
@given(st.integers(0, 300), st.integers(0, 300))
def test_frontier_continues_from_a_stored_edge(first, more):
    leaves = hashed(first + more)
    before = tree.Frontier()
    for leaf in leaves[:first]:
        before.append(leaf)

    after = tree.Frontier(before.size, before.edge)
    for leaf in leaves[first:]:
        after.append(leaf)

    assert after.root() == plain_root(leaves)


@quick
@given(st.data(), st.integers(1, 520))
def test_every_inclusion_proof_verifies_and_no_other_leaf_does(data, size):
    leaves = hashed(size)
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion_proof(index, size, tree.in_memory(leaves))

    tree.verify_inclusion(leaves[index], index, size, path, plain_root(leaves))
    with pytest.raises(ProofError):
        tree.verify_inclusion(tree.leaf_hash(b"another"), index, size, path, plain_root(leaves))


@quick
@given(st.data(), st.integers(1, 520))
def test_every_consistency_proof_verifies_and_no_other_root_does(data, new):
    leaves = hashed(new)
    old = data.draw(st.integers(1, new))
    path = tree.consistency_proof(old, new, tree.in_memory(leaves))
    old_root, new_root = plain_root(leaves[:old]), plain_root(leaves)

    tree.verify_consistency(old, new, old_root, new_root, path)
    with pytest.raises(ProofError):
        tree.verify_consistency(old, new, tree.leaf_hash(b"another"), new_root, path)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537])
def test_proofs_at_the_edges_of_tiles(size):
    leaves = hashed(size)
    complete, expected = tree.in_memory(leaves), tree.root(leaves)
    for index in {0, size // 2, size - 1}:
        tree.verify_inclusion(leaves[index], index, size, tree.inclusion_proof(index, size, complete), expected)


def tampered(index, size, path, root):
    """Inclusion proofs changed in one way each."""
    flipped = bytes([path[0][0] ^ 1]) + path[0][1:]
    yield "bit flip in the path", (index, size, [flipped, *path[1:]], root)
    yield "swapped siblings", (index, size, [path[1], path[0], *path[2:]], root)
    yield "truncated path", (index, size, path[:-1], root)
    yield "extended path", (index, size, [*path, path[0]], root)
    yield "bit flip in the root", (index, size, path, bytes([root[0] ^ 1]) + root[1:])
    yield "another size", (index, size * 4, path, root)
    yield "another index", (index + 1, size, path, root)
    yield "index beyond the size", (size, size, path, root)
    yield "negative index", (-1, size, path, root)
    yield "short hash", (index, size, [path[0][:-1], *path[1:]], root)


CASE = tree.inclusion_proof(37, 100, tree.in_memory(hashed(100)))


@pytest.mark.parametrize("change", list(tampered(37, 100, CASE, tree.root(hashed(100)))), ids=lambda change: change[0])
def test_tampered_inclusion_is_refused(change):
    with pytest.raises(ProofError):
        tree.verify_inclusion(hashed(100)[37], *change[1])


def test_old_size_zero_proves_nothing():
    with pytest.raises(ProofError, match="old_size_out_of_range"):
        tree.verify_consistency(0, 5, tree.EMPTY_ROOT, plain_root(hashed(5)), [])
    with pytest.raises(ProofError, match="old_size_out_of_range"):
        tree.consistency_proof(0, 5, tree.in_memory(hashed(5)))


def test_an_edge_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="edge"):
        tree.Frontier(3, [tree.leaf_hash(b"")])


def test_full_subtrees_give_the_same_tree_as_their_leaves():
    leaves = [tree.leaf_hash(bytes([number])) for number in range(13)]
    one_by_one, by_subtree = tree.Frontier(), tree.Frontier()
    for leaf in leaves:
        one_by_one.append(leaf)
    for start in (0, 4, 8):
        by_subtree.append_full(tree.root(leaves[start : start + 4]), 2)
    by_subtree.append(leaves[12])

    assert (by_subtree.size, by_subtree.root()) == (13, one_by_one.root())
    with pytest.raises(ValueError, match="does not fit"):
        by_subtree.append_full(leaves[0], 1)
