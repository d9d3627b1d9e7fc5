"""What letters about dossiers say: the context that every template of a service is written from.

`workflows/letters/context.py` lists every name of it; `docs/letters.md` is made from that list.
"""

from dossiers.letters.context import LetterSubject, check_url, facts_in_words, letter_context
from dossiers.letters.fact_words import fact_in_words
from dossiers.letters.files import photo_of, with_letter

__all__ = [
    "LetterSubject",
    "check_url",
    "fact_in_words",
    "facts_in_words",
    "letter_context",
    "photo_of",
    "with_letter",
]
