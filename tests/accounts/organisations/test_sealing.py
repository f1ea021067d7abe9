"""A personal number is compared by keyed hash, kept encrypted, shown by its last three digits."""

import pytest
from cryptography.fernet import Fernet, InvalidToken

from accounts.organisations import sealing

NUMBER = "001190012345"


def test_sealed_number_is_not_in_the_bytes_and_comes_back_whole():
    sealed = sealing.seal(NUMBER)

    assert NUMBER.encode() not in sealed
    assert sealing.unseal(memoryview(sealed)) == NUMBER


def test_two_copies_of_one_number_differ_but_their_hashes_agree():
    assert sealing.seal(NUMBER) != sealing.seal(NUMBER)
    assert sealing.hash_of(NUMBER) == sealing.hash_of(NUMBER)
    assert len(sealing.hash_of(NUMBER)) == 64


def test_hash_depends_on_the_key_of_the_exchange(settings):
    before = sealing.hash_of(NUMBER)

    settings.FIELD_ENCRYPTION_KEY = Fernet.generate_key().decode()

    assert sealing.hash_of(NUMBER) != before


def test_number_cannot_be_read_with_another_key(settings):
    sealed = sealing.seal(NUMBER)
    settings.FIELD_ENCRYPTION_KEY = Fernet.generate_key().decode()

    with pytest.raises(InvalidToken):
        sealing.unseal(sealed)


def test_only_three_digits_are_shown():
    assert sealing.tail_of(NUMBER) == "345"
