"""One clone, one instance."""

import shutil

from exchange.embedded.instance import Instance


def _mode(path):
    return path.stat().st_mode & 0o777


def test_clone_keeps_its_instance_between_starts(clone):
    first = Instance.of(clone)
    first.remember(port=4711)

    again = Instance.of(clone)

    assert (again.identity, again.facts) == (first.identity, {"port": 4711})


def test_new_clone_in_the_same_place_never_meets_old_data(clone):
    first = Instance.of(clone)
    shutil.rmtree(clone)
    clone.mkdir()

    again = Instance.of(clone)

    assert again.identity != first.identity
    assert again.facts == {}


def test_copied_clone_gets_an_instance_of_its_own_and_the_first_keeps_its(clone):
    first = Instance.of(clone)
    first.remember(port=4711)
    copy = clone.parent / "copy"
    shutil.copytree(clone, copy)

    copied = Instance.of(copy)

    assert copied.identity != first.identity
    assert copied.facts == {}
    assert Instance.of(clone).identity == first.identity


def test_moved_clone_keeps_its_instance(clone):
    first = Instance.of(clone)
    moved = clone.parent / "moved"
    clone.rename(moved)

    assert Instance.of(moved).identity == first.identity


def test_damaged_note_gives_a_new_instance(clone):
    first = Instance.of(clone)
    (clone / "var" / "instance.json").write_text("{", encoding="ascii")

    assert Instance.of(clone).identity != first.identity


def test_secrets_are_long_lasting_different_and_private(clone):
    instance = Instance.of(clone)

    first, other = instance.secret("one"), instance.secret("two")

    assert Instance.of(clone).secret("one") == first
    assert len({first, other, Instance.of(clone.parent).secret("one")}) == 3
    assert len(first) == 44
    assert _mode(instance.folder / "secrets") == 0o700
    assert _mode(instance.folder / "secrets" / "one") == 0o600
    assert _mode(clone / "var" / "instance.json") == 0o600
