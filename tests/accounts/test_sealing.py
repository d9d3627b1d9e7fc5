"""Small secrets are kept unreadable, and the key can be changed."""

import pytest

from accounts.errors import SealUnknown
from accounts.sealing import Sealer


def test_a_sealed_secret_is_read_again_but_not_by_looking() -> None:
    sealed = Sealer("key").seal("JBSWY3DP", purpose="totp")

    assert b"JBSWY3DP" not in sealed
    assert Sealer("key").open(sealed, purpose="totp") == "JBSWY3DP"


def test_the_same_secret_is_never_sealed_alike() -> None:
    sealer = Sealer("key")

    assert sealer.seal("same", purpose="totp") != sealer.seal("same", purpose="totp")


def test_a_seal_for_one_place_opens_in_no_other() -> None:
    sealed = Sealer("key").seal("secret", purpose="totp:anna")

    with pytest.raises(SealUnknown):
        Sealer("key").open(sealed, purpose="totp:boris")


@pytest.mark.parametrize("position", [0, 3, 12, 25, -1])
def test_a_changed_bit_is_noticed(position: int) -> None:
    sealed = bytearray(Sealer("key").seal("secret", purpose="totp"))
    sealed[position] ^= 1

    with pytest.raises(SealUnknown):
        Sealer("key").open(bytes(sealed), purpose="totp")


def test_a_former_key_opens_and_no_longer_seals() -> None:
    old = Sealer("old").seal("secret", purpose="totp")
    sealer = Sealer("new", "old")

    assert sealer.open(old, purpose="totp") == "secret"
    assert not sealer.is_current(old)
    assert sealer.is_current(sealer.seal("secret", purpose="totp"))


def test_a_stranger_s_key_opens_nothing() -> None:
    sealed = Sealer("mine").seal("secret", purpose="totp")

    with pytest.raises(SealUnknown):
        Sealer("yours").open(sealed, purpose="totp")
