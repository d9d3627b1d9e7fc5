"""`motcua letter-reference`: docs/letters.md, with every name that a letter may use, from the code."""

from collections.abc import Iterator
from pathlib import Path

import click

from commands.console import plain_errors
from commands.errors import LettersPageStale
from workflows.letters.context import CONTEXT
from workflows.letters.nodes import Choice, Grid, Node, Rows, Section, Texts

PAGE = Path(__file__).parent.parent / "docs" / "letters.md"
BEGINNING = "<!-- names: made by motcua letter-reference -->\n"


@click.command()
@click.option("--check", is_flag=True, help="Only tell whether the page is up to date.")
@plain_errors
def letter_reference(*, check: bool) -> None:
    """Write the names of the context into docs/letters.md."""
    written = PAGE.read_text("utf-8")
    text = written.partition(BEGINNING)[0]
    made = text + BEGINNING + reference()
    if not check:
        PAGE.write_text(made, "utf-8")
    elif written != made:
        raise LettersPageStale(page=f"{PAGE.parent.name}/{PAGE.name}")


def reference() -> str:
    """The table of names as Markdown."""
    head = "\n| Name | What it is | Meaning | Example |\n|---|---|---|---|\n"
    return head + "".join(_rows(CONTEXT, "data"))


def _rows(section: Section, path: str) -> Iterator[str]:
    for name, part in section.parts.items():
        own = f"{path}.{name}"
        yield f"| `{own}` | {_word(part)} | {part.meaning} | {_example(part)} |\n"
        if isinstance(part, Section):
            yield from _rows(part, own)
        if isinstance(part, Rows):
            yield from _rows(part.row, f"{own}[]")


def _word(part: Node) -> str:
    if isinstance(part, Choice):
        return "one of " + ", ".join(f"`{word}`" for word in part.words)
    return part.word


def _example(part: Node) -> str:
    if isinstance(part, Section | Rows):
        return ""
    if isinstance(part, Grid):
        return "; ".join(" / ".join(row) for row in part.example)
    if isinstance(part, Texts):
        return "; ".join(part.example)
    return str(part.example)
