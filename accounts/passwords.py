"""Passwords: which are good enough, and how they are kept (argon2id, RFC 9106).

Texts are normalised first (NFKC), because two keyboards can type the same Vietnamese word in
different code points.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.common_passwords import is_common, squeezed, unaccented
from accounts.errors import PasswordTooWeak

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
FEWEST_DIFFERENT_CHARACTERS = 5
SHORTEST_WORD = 4
TRIVIAL = (
    "123456789012",
    "1234567890",
    "abcdefghijkl",
    "adminadmin",
    "correcthorsebatterystaple",
    "iloveyou",
    "khongbiet",
    "letmein",
    "matkhau",
    "motcua",
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "welcome",
)

_hasher = PasswordHasher()


def hashed(password: str, *, login: str, about: Iterable[str | None] = ()) -> str:
    """The argon2id hash of an acceptable password; raises PasswordTooWeak for any other."""
    require_acceptable(password, login=login, about=about)
    return _hasher.hash(_normalised(password))


def require_acceptable(password: str, *, login: str, about: Iterable[str | None] = ()) -> None:
    """Raise PasswordTooWeak for a password that is too short, too long or too well known.

    `about` is what else is known of its owner and this site: e-mail, name, address.
    """
    text = _normalised(password)
    words = sorted({*_words(login, *about)}, key=len, reverse=True)
    if (
        not MINIMUM_LENGTH <= len(text) <= MAXIMUM_LENGTH
        or _is_trivial(text, words)
        or is_common(text, words)
    ):
        raise PasswordTooWeak(minimum=MINIMUM_LENGTH, maximum=MAXIMUM_LENGTH)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; takes as long when there is no hash."""
    try:
        _hasher.verify(password_hash or _hash_of_nobody(), _normalised(password)[:MAXIMUM_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def renewed(password_hash: str, password: str) -> str | None:
    """A hash with today's cost when the given one was made with a lower one, else None."""
    if not _hasher.check_needs_rehash(password_hash):
        return None
    return _hasher.hash(_normalised(password))


def slow_hash(text: str) -> str:
    """The argon2id hash of a secret that nobody chose, such as a keyed hash."""
    return _hasher.hash(text)


def slow_matches(slow: str, text: str) -> bool:
    """Whether a `slow_hash` is that of this text."""
    try:
        return _hasher.verify(slow, text)
    except (VerificationError, InvalidHashError):
        return False


def _words(*about: str | None) -> Iterator[str]:
    """What is known, whole and in its parts."""
    for each in filter(None, about):
        parts = (squeezed(each), *re.split(r"[\W_]+", unaccented(each)))
        yield from (part for part in parts if len(part) >= SHORTEST_WORD)


def _is_trivial(text: str, words: Iterable[str]) -> bool:
    """Whether little is left once the words that everybody tries first are taken out."""
    rest = squeezed(text)
    for word in sorted((*TRIVIAL, *words), key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = rest.strip("0123456789")
    return len(set(text)) < FEWEST_DIFFERENT_CHARACTERS or len(rest) < MINIMUM_LENGTH // 3


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("the password of nobody")
