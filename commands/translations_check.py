"""`motcua check-translations`: every text of every room in every language, placeholders too."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from core.i18n import LANGUAGES

ROOT = Path(__file__).parent.parent
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2"), ("templates/**", "jinja2")]
OPTIONS = {
    pattern: {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "true", "silent": "false"}
    for pattern, method in METHODS
    if method == "jinja2"
}
Text = str | list[str] | tuple[str, ...] | None
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")


@click.command()
def check_translations() -> None:
    """Tell which texts are not translated; fails when there are any."""
    found = [problem for room in rooms() for problem in problems(room)]
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.ClickException(f"{len(found)} texts need a translator.")


def rooms() -> list[Path]:
    """All rooms of the house."""
    packages = (init.parent for init in ROOT.glob("*/__init__.py"))
    return sorted(room for room in packages if room.name not in {"tests", "bench", "conformance"})


def problems(room: Path) -> Iterator[str]:
    """What is wrong with a room's catalogues, one sentence each; English is in the code."""
    wanted = _messages_of(room)
    for language in LANGUAGES:
        if language != "en" and wanted:
            faults = _faults(wanted, _catalogue(room, language))
            yield from (f"{room.name}, {language}: {fault}" for fault in faults)


def _catalogue(room: Path, language: str) -> Catalog:
    """All catalogues of a room in a language as one: a part of a room may have its own."""
    whole = Catalog()
    for path in room.rglob(f"translations/{language}/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                whole[message.id] = message
    return whole


def _messages_of(room: Path) -> Catalog:
    catalogue = Catalog()
    extracted = extract_from_dir(room, METHODS, OPTIONS, KEYWORDS)
    for file, line, message, _comments, context in extracted:
        catalogue.add(message, locations=[(file, line)], context=context)
    return catalogue


def _faults(wanted: Catalog, catalogue: Catalog) -> Iterator[str]:
    for message in wanted:
        if message.id:
            yield from _faults_of(message, catalogue.get(message.id, message.context))
    for message in catalogue:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer used: {message.id!r}"


def _faults_of(message: Message, translated: Message | None) -> Iterator[str]:
    file, line = message.locations[0]
    if translated is None or not all(_texts(translated.string)) or translated.fuzzy:
        yield f"not translated: {message.id!r} ({file}:{line})"
    elif not _placeholders(translated.string) <= _placeholders(message.id):
        yield f"other placeholders: {message.id!r} ({file}:{line})"


def _texts(text: Text) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (list, tuple)) else (text or "",)


def _placeholders(text: Text) -> set[str]:
    return {found for part in _texts(text) for found in _PLACEHOLDER.findall(part)}
