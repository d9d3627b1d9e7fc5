"""The program itself: `python3 motcua-verify.pyz ARCHIVE [--root ROOT.pem] [--language vi]`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from auditing.offline.checking import check
from auditing.offline.words import LANGUAGES

_MARKS = {True: "✓", False: "✗", None: "·"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check an archive and say what was found; 0 when it is genuine, else 1."""
    asked = _parser().parse_args(arguments)
    words = LANGUAGES[asked.language]
    genuine = True
    for finding in check(asked.archive, asked.root):
        genuine = genuine and finding.good is not False
        _say(f"{_MARKS[finding.good]} {words[finding.key].format(about=finding.about)}")
    _say(words["good" if genuine else "bad"])
    return 0 if genuine else 1


def _parser() -> argparse.ArgumentParser:
    spoken = os.environ.get("LANG", "")[:2]
    parser = argparse.ArgumentParser(prog="motcua-verify", description=main.__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--root", type=Path, help="root certificate of the authority (PEM)")
    parser.add_argument(
        "--language", choices=sorted(LANGUAGES), default=spoken if spoken in LANGUAGES else "en"
    )
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
