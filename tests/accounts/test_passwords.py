"""Passwords: what is accepted, how they are kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from accounts import passwords
from accounts.errors import PasswordTooWeak

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "11 letters.",
        "a" * 40,
        "password1234",
        "Passw0rd!!!2026",
        "123456789012",
        "qwertyuiop12",
        "matkhau-motcua",
        "an.nguyen.2026",
        "x" * 100 + "y" * 101,
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str):
    with pytest.raises(PasswordTooWeak):
        passwords.hashed(password, login="an.nguyen")


@pytest.mark.parametrize("password", ["bốn con mèo trắng", "correct horse battery", "kTz9!vPq2#Lm"])
def test_a_passphrase_needs_no_special_characters(password: str):
    assert passwords.matches(passwords.hashed(password, login="an"), password)


def test_the_same_word_typed_in_other_code_points_is_the_same_password():
    composed = unicodedata.normalize("NFC", "bốn con mèo trắng")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert passwords.matches(passwords.hashed(composed, login="an"), decomposed)


def test_another_password_does_not_match():
    kept = passwords.hashed("bốn con mèo trắng", login="an")
    assert not passwords.matches(kept, "bốn con mèo đen")
    assert not passwords.matches(None, "the password of nobody")
    assert not passwords.matches("not a hash", "bốn con mèo trắng")


def test_two_equal_passwords_are_kept_differently():
    first, second = (passwords.hashed("bốn con mèo trắng", login="an") for _ in range(2))
    assert first != second


def test_a_hash_that_has_become_too_cheap_is_renewed():
    cheap = CHEAP.hash("bốn con mèo trắng")
    renewed = passwords.renewed(cheap, "bốn con mèo trắng")
    assert renewed is not None
    assert passwords.matches(renewed, "bốn con mèo trắng")
    assert passwords.renewed(renewed, "bốn con mèo trắng") is None
