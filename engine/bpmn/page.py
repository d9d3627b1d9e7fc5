"""The element table as a page: `python -m engine.bpmn.page` writes docs/engine.md anew."""

from collections.abc import Mapping
from pathlib import Path

from engine.bpmn.table import BPMN_TABLE, ZEEBE_TABLE, Fate, Row

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
MARK = "<!-- made from engine/bpmn/table.py by python -m engine.bpmn.page -->"


def written() -> str:
    """The part of the page that the code decides."""
    parts = [MARK]
    for title, table in (("BPMN 2.0", BPMN_TABLE), ("Camunda 8 extensions (zeebe:)", ZEEBE_TABLE)):
        parts += [f"## {title}", _named(table, Fate.EXECUTED), _named(table, Fate.IGNORED)]
        parts.append(_refused(table))
    return "\n\n".join(parts) + "\n"


def _named(table: Mapping[str, Row], fate: Fate) -> str:
    names = sorted(name for name, row in table.items() if row.fate is fate)
    return f"**{fate.capitalize()}**: " + ", ".join(f"`{name}`" for name in names) + "."


def _refused(table: Mapping[str, Row]) -> str:
    rows = [f"| `{name}` | {row.remedy} |" for name, row in sorted(table.items()) if row.remedy]
    return "\n".join(["| refused | instead |", "|---|---|", *rows])


def refreshed(page: str) -> str:
    """The page with its made part made anew."""
    return page.partition(MARK)[0] + written()


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text()))
