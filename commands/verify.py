"""`motcua verify`: whether files are genuine, by their signatures and by the register."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import orjson
from flask.cli import with_appcontext
from flask_babel import force_locale

import signing
from commands.console import plain_errors
from core.database import reading
from dossiers.verdicts import SENTENCES, told
from dossiers.verifying import Answer, Checked, check

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LONGEST: Final = 200 * 1024 * 1024
NOT_BELIEVED: Final = 1
NOT_AS_REGISTERED: Final = 3
_NOW: Final = {True: "stands", False: "does not stand any more", None: "is not known to stand"}


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="The full report of each file, one a line.")
@click.pass_context
@with_appcontext
@plain_errors
def verify(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Say of each of FILES, PDF or XML, who signed it, when, and what the register says of it.

    Ends with 0 when all are signed well and the register has nothing against them, with 1 when one
    is not to be believed, with 3 when all are signed well but one differs from the register or counts
    no longer, and with 2 when a file cannot be read.
    """
    worst = 0
    for path in files:
        found = _checked(path)
        if as_json:
            with force_locale("en"):
                click.echo(orjson.dumps({"file": str(path), **told(found)}).decode())
        else:
            click.echo("\n".join(_lines(path, found)))
        worst = _worse(worst, found.answer)
    context.exit(worst)


def _checked(path: Path) -> Checked:
    if path.stat().st_size > LONGEST:
        raise click.UsageError(f"{path} is larger than {LONGEST // 1024**2} MB.")
    with reading():
        return check(path.read_bytes())


def _worse(worst: int, answer: Answer) -> int:
    if answer is Answer.REFUSED or worst == NOT_BELIEVED:
        return NOT_BELIEVED
    return NOT_AS_REGISTERED if answer in {Answer.DIFFERS, Answer.ENDED} else worst


def _lines(path: Path, found: Checked) -> Iterator[str]:
    yield f"{path}: {SENTENCES[found.answer]}"
    for number, each in enumerate(found.report.signatures, 1):
        yield f"  {number}. {_signature(each)}"
        yield f"     {each.changes.message} The certificate {_NOW[each.now]} today."
    for finding in (*found.report.reasons, *found.report.notes):
        yield f"  - {finding.message}"
    if found.entry is not None:
        yield f"  The register: {found.entry.number}, {found.state}."
    for one in found.differences:
        yield f"  {one.name}: “{one.in_file}” in the file, “{one.in_register}” in the register."


def _signature(each: signing.Signed) -> str:
    when = f"{each.signed_at:%Y-%m-%d %H:%M:%S %Z}" if each.signed_at else "at no stated time"
    proven = f"proven by {each.timestamp.authority}" if each.timestamp else "as it claims"
    what = {"seal": "sealed", "sign": "signed"}[each.use]
    return f"{each.signer} {what} it {when}, {proven} (certificate by {each.issuer})."
