"""Display names of uploaded files: what a browser sends may hold paths, tricks and rubbish."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120
_UNWANTED = re.compile(r'[<>:"|?*%]')


def safe_name(filename: str | None) -> str:
    """The last part of the name in NFC, without control or direction characters, never empty.

    It is for reading and for download headers only; documents are stored under keys of our own.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename or ""))[-1]
    visible = "".join(c for c in last if c.isspace() or not unicodedata.category(c).startswith("C"))
    tidy = " ".join(_UNWANTED.sub("_", visible).split()).strip(". ")
    return _shortened(tidy) or "document"


def extension(name: str) -> str:
    """The ending of the name in lower case without its dot; empty when there is none."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def _shortened(name: str) -> str:
    suffix = PurePosixPath(name).suffix[:10]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(suffix)] + suffix
