"""The words of an archive, in its reader's language."""

from typing import Final

from core.errors import N_
from dossiers.privacy.copying.words import moment

__all__ = ["CHECKING", "INTRO", "NOT_SEALED", "OFFLINE", "SEALED", "moment"]

INTRO: Final = (
    N_("All that %(address)s keeps about the case %(reference)s, as it was on %(moment)s."),
    N_("It tells of people. Whoever holds it answers for it."),
)
CHECKING: Final = N_("How to check this archive")
OFFLINE: Final = N_(
    "Checks the whole archive without network: python3 motcua-verify.pyz ARCHIVE. Get the program and "
    "the root certificate from the authority, not from whoever gave you this archive."
)
SEALED: Final = N_(
    "Each line holds the hash of the one before. proof.json leads from the last sealed one to a "
    "statement that was signed and timestamped when the whole record was sealed."
)
NOT_SEALED: Final = N_(
    "Each line holds the hash of the one before. The record is sealed once a day: an archive made "
    "tomorrow holds the proof, too."
)
