"""Merkle trees: the figures of other implementations, and proofs that hold for what is so only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import merkle

# The entries and roots that implementations of RFC 6962 and RFC 9162 try themselves on.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(bytes([number])) for number in range(size)]


@pytest.mark.parametrize("size", range(1, 9))
def test_a_root_is_what_others_compute(size: int) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    assert merkle.root(leaves).hex() == ROOTS[size - 1]


def test_no_entries_have_the_hash_of_nothing() -> None:
    assert merkle.root([]) == merkle.EMPTY


def test_every_entry_of_every_tree_is_proven_under_its_own_number_only() -> None:
    for size in range(1, 20):
        leaves = leaves_of(size)
        whole = merkle.root(leaves)
        for index in range(size):
            path = merkle.inclusion_proof(index, leaves)
            fits = [
                number
                for number in range(size)
                if merkle.includes(leaves[index], number, size, path, whole)
            ]
            assert fits == [index]


def test_every_tree_is_proven_to_go_on_from_every_older_one() -> None:
    for size in range(1, 20):
        leaves = leaves_of(size)
        whole = merkle.root(leaves)
        for older in range(1, size + 1):
            path = merkle.consistency_proof(older, leaves)
            before = merkle.root(leaves[:older])
            assert merkle.continues(older, before, size, whole, path)


@given(st.data())
def test_a_proof_fits_no_other_entry_and_no_other_history(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 60))
    index, changed = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    other = [*leaves]
    other[changed] = merkle.leaf_hash(b"other")
    path = merkle.inclusion_proof(index, leaves)
    assert not merkle.includes(leaves[index], index, size, path, merkle.root(other))
    older = data.draw(st.integers(changed + 1, size))
    proof = merkle.consistency_proof(older, leaves)
    rewritten = merkle.root(other[:older])
    assert not merkle.continues(older, rewritten, size, merkle.root(leaves), proof)


@given(
    st.integers(-1, 40),
    st.integers(0, 40),
    st.lists(st.binary(min_size=32, max_size=32), max_size=8),
)
def test_an_invented_proof_is_never_taken(index: int, size: int, path: list[bytes]) -> None:
    leaf, whole = merkle.leaf_hash(b"x"), merkle.leaf_hash(b"another root")
    assert not merkle.includes(leaf, index, size, path, whole)
    assert not merkle.continues(index, leaf, size, whole, path)


@pytest.mark.parametrize("index", [-1, 3])
def test_what_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(index, leaves_of(3))


def test_no_tree_is_older_than_its_first_entry_or_newer_than_its_last() -> None:
    for older in (0, 4):
        with pytest.raises(IndexError):
            merkle.consistency_proof(older, leaves_of(3))
