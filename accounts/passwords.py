"""Passwords: which are good enough, and how they are kept (argon2id, RFC 9106).

Texts are normalised first (NFKC), because two keyboards can type the same Vietnamese word in
different code points.
"""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.errors import PasswordTooWeak

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
FEWEST_DIFFERENT_CHARACTERS = 5
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


def hashed(password: str, *, login: str) -> str:
    """The argon2id hash of an acceptable password; raises PasswordTooWeak for any other."""
    require_acceptable(password, login=login)
    return _hasher.hash(_normalised(password))


def require_acceptable(password: str, *, login: str) -> None:
    """Raise PasswordTooWeak for a password that is too short, too long or too well known."""
    text = _normalised(password)
    if not MINIMUM_LENGTH <= len(text) <= MAXIMUM_LENGTH or _is_trivial(text, login):
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


def _is_trivial(text: str, login: str) -> bool:
    """Whether little is left once the words that everybody tries first are taken out."""
    rest = text.casefold()
    for word in sorted((*TRIVIAL, login.casefold()), key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = rest.strip("0123456789!@#$%.*-_ ")
    return len(set(text)) < FEWEST_DIFFERENT_CHARACTERS or len(rest) < MINIMUM_LENGTH // 3


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("the password of nobody")
