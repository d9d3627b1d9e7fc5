"""Passwords: what is accepted, how they are kept."""

import subprocess
import sys
import unicodedata
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts import operations, passwords, queries, runtime
from accounts.errors import PasswordTooWeak
from tests.accounts.conftest import People

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
        "1qaz2wsx3edc",
        "Gfhjkmgfhjkm",
        "iloveyou1234",
        "P@ssw0rd12345",
        "hanoi12345678",
        "Mật-khẩu-123456",
        "TôiYêuViệtNam",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str):
    with pytest.raises(PasswordTooWeak):
        passwords.hashed(password, login="an.nguyen")


def test_more_than_three_thousand_common_ones_that_are_long_enough_are_refused():
    long_enough = {
        word
        for words in FREQUENCY_LISTS.values()
        for word in words
        if len(word) >= passwords.MINIMUM_LENGTH
    }
    assert len(long_enough) > 3000
    for word in long_enough:
        with pytest.raises(PasswordTooWeak):
            passwords.require_acceptable(word, login="")


@pytest.mark.parametrize(
    "make",
    [lambda word: f"{word}1234567890"[:12], lambda word: word * 2],
    ids=["with-digits", "doubled"],
)
def test_a_common_one_made_longer_is_still_common(make: Callable[[str], str]):
    known = [word for word in FREQUENCY_LISTS["passwords"][:3000] if len(word) >= 6]
    for word in known[::100]:
        with pytest.raises(PasswordTooWeak):
            passwords.require_acceptable(make(word), login="")


@pytest.mark.parametrize(
    "password",
    ["Tran-Thi-Lan-85", "lan.tran@xuan.vn", "TrầnThịLan!!!!", "MOTCUA.hanoi.vn", "dichvu.gov.vn-1"],
)
def test_what_is_known_of_the_owner_or_the_site_is_refused(password: str):
    about = ("lan.tran@xuan.vn", "Trần Thị Lan", "motcua.hanoi.vn", "dichvu.gov.vn")
    with pytest.raises(PasswordTooWeak):
        passwords.require_acceptable(password, login="lan", about=about)
    passwords.require_acceptable("bốn con mèo trắng", login="lan", about=about)


def test_a_new_password_is_compared_with_name_and_address(people: People):
    owner = queries.actor(f"account:{people.citizen.id}")
    assert owner is not None
    people.citizen.email = "xuantruong@phuongdong.vn"
    for password in ("Xuan-Truong-85", "phuongdong2026"):
        with pytest.raises(PasswordTooWeak):
            operations.change_password(people.citizen.id, password, by=owner)


def test_words_of_the_installation_are_refused(people: People):
    owner = queries.actor(f"account:{people.citizen.id}")
    assert owner is not None
    runtime().password_words = ("Sở Y tế", "Hồ sơ 21")
    for password in ("SoYTe-SoYTe-1", "ho so 21 ho so 21"):
        with pytest.raises(PasswordTooWeak):
            operations.change_password(people.citizen.id, password, by=owner)


def test_lists_are_loaded_when_the_first_password_is_chosen():
    told = "import sys, accounts.operations; print('zxcvbn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


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
