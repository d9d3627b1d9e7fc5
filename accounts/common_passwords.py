"""How many guesses a password withstands if the common ones are tried first.

The lists of zxcvbn hold 30,000 passwords and 60,000 words and names; it also sees repetitions, rows of
keys, dates, letters turned into digits, and words with a number behind. It is loaded when the first
password is chosen in a process: most never are.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# Beside the lists, which know little Vietnamese: what is tried first here.
OURS: Final = (
    "anhyeuem",
    "conmeo",
    "dichvucong",
    "emyeuanh",
    "giadinh",
    "hanoi",
    "khongbiet",
    "matkhau",
    "motcua",
    "nguyenvana",
    "saigon",
    "toiyeu",
    "vietnam",
    "vodich",
    "yeuem",
)
# Fewer are made without being slowed down (the library calls it score 2).
FEWEST_GUESSES_LOG10: Final = 8.0
_LOOKED_AT: Final = 72


def is_common(password: str, known: Iterable[str] = ()) -> bool:
    """Whether it is on a list, or little more than what is; `known` are words about its owner."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its lists take longer to load than most commands run
    from zxcvbn.matching import RANKED_DICTIONARIES  # noqa: PLC0415  likewise

    spellings = {password, unaccented(password), squeezed(password)}
    if any(words.keys() & spellings for words in RANKED_DICTIONARIES.values()):
        return True
    told = [*OURS, *known]
    guesses = (zxcvbn(each[:_LOOKED_AT], user_inputs=told)["guesses_log10"] for each in spellings)
    return bool(min(guesses) <= FEWEST_GUESSES_LOG10)


def unaccented(text: str) -> str:
    """Small letters without Vietnamese marks: how it would be tried."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(each for each in parts if not unicodedata.combining(each))


def squeezed(text: str) -> str:
    """The same without blanks and signs."""
    return re.sub(r"[\W_]+", "", unaccented(text))
