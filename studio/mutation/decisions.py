"""Faults in decision tables."""

from collections.abc import Iterator

from studio.mutation.expressions import of_cell, of_output
from studio.mutation.mutants import Mutant
from studio.mutation.xml import Element, XmlFile, drop, say


def of_decisions(file: XmlFile) -> Iterator[Mutant]:
    """Every fault that is put into a file of decisions."""
    for table in file.root.iter("{*}decisionTable"):
        for rule in table.iterfind("{*}rule"):
            yield from _of_rule(file, table, rule)


def _of_rule(file: XmlFile, table: Element, rule: Element) -> Iterator[Mutant]:
    name = f"{table.get('id')}/{rule.get('id')}"
    touches = frozenset({("table", str(table.get("id")))})
    near = frozenset({("rule", str(rule.get("id")))})
    yield file.mutant(rule, drop, owner=name, what="rule", old=name, touches=touches, near=near)
    for entry, what, new in _cells(table, rule):
        old = (entry.text or "").strip()
        yield file.mutant(
            entry, say(new), owner=name, what=what, old=old, new=new, touches=touches, near=near
        )


def _cells(table: Element, rule: Element) -> Iterator[tuple[Element, str, str]]:
    for number, cell in enumerate(rule.iterfind("{*}inputEntry/{*}text"), start=1):
        for new in of_cell(cell.text or ""):
            yield cell, f"input {number}", new
    for number, cell in enumerate(rule.iterfind("{*}outputEntry/{*}text"), start=1):
        column = table.iterfind(f"{{*}}rule/{{*}}outputEntry[{number}]/{{*}}text")
        others = [(each.text or "").strip() for each in column]
        for new in of_output(cell.text or "", others):
            yield cell, f"output {number}", new
