"""Merkle trees as certificate logs have them (RFC 9162 section 2.1), over SHA-256.

A root of 32 bytes stands for a list of byte strings. A short proof shows that one of them is in the
list (inclusion), or that it only grew since an older root (consistency); who checks needs no list.
"""

import hashlib
from collections.abc import Iterator, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry; the first byte keeps leaves and nodes apart."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = list(_joined(level))
    return level[0]


def _joined(level: Sequence[bytes]) -> Iterator[bytes]:
    """The next level: a last one without a neighbour goes up as it is."""
    for start in range(0, len(level) - 1, 2):
        yield node_hash(level[start], level[start + 1])
    if len(level) % 2:
        yield level[-1]


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The neighbours on the way from a leaf to the root, the nearest first (RFC 9162 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path, level = [], list(leaves)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        index, level = index // 2, list(_joined(level))
    return path


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether a proof shows that the leaf is number `index` of `size` under a root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    reached, last = leaf, size - 1
    for neighbour in path:
        if last == 0:
            return False
        if index % 2 or index == last:
            reached = node_hash(neighbour, reached)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            reached = node_hash(reached, neighbour)
        index, last = index // 2, last // 2
    return last == 0 and reached == expected


def consistency_proof(older_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The subtrees that show both roots, of the first `older_size` leaves and of all (2.1.4.1)."""
    if not 0 < older_size <= len(leaves):
        raise IndexError(older_size)
    return [] if older_size == len(leaves) else _subproof(older_size, leaves, whole=True)


def _subproof(older: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if older == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if older <= split:
        return [*_subproof(older, leaves[:split], whole=whole), root(leaves[split:])]
    return [*_subproof(older - split, leaves[split:], whole=False), root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def continues(
    older_size: int, older_root: bytes, size: int, newer_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the newer list begins with the older one (2.1.4.2)."""
    if older_size == size:
        return not path and older_root == newer_root
    if not 0 < older_size < size or not path:
        return False
    steps = list(path) if older_size & (older_size - 1) else [older_root, *path]
    index, last = older_size - 1, size - 1
    while index % 2:
        index, last = index // 2, last // 2
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index % 2 or index == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            newer = node_hash(newer, step)
        index, last = index // 2, last // 2
    return last == 0 and older == older_root and newer == newer_root
