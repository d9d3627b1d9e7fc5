"""feelin, the FEEL of bpmn.io, in a child process: asked for the values of the same expressions."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from feel import Range, compile_expression, iso, to_text
from feel.functions import Function
from feel.names import free_names
from feel.syntax import Binding, ContextOf, ListOf, Literal, Node
from tests.feel.trees import CONTEXT

SCRIPT = Path(__file__).with_name("feelin.mjs")
CLOSE = Decimal("1e-9")


class Peer:
    """A running feelin."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self.questions = questions
        self.answers = answers

    def answer(self, text: str) -> dict[str, Any]:
        """`value`, with marks for what JSON has no word for, or `error`."""
        self.questions.write(json.dumps(text) + "\n")
        self.questions.flush()
        answer: dict[str, Any] = json.loads(self.answers.readline())
        return answer

    def agrees(self, tree: Node) -> bool:
        """True when both give the same value."""
        answer = self.answer(to_text(tree))
        return "error" not in answer and same(ours(tree), answer["value"])

    def culprit(self, tree: Node) -> Node:
        """The smallest part on which both differ, though they agree on all its own parts."""
        for part in closed_parts(tree):
            if not self.agrees(part):
                return self.culprit(part)
        return tree


@contextmanager
def feelin() -> Iterator[Peer]:
    own = Path(sys.executable).with_name("node")
    node = str(own) if own.exists() else shutil.which("node") or "node"
    with subprocess.Popen(
        [node, SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin
        assert process.stdout
        with process.stdin:
            yield Peer(process.stdin, process.stdout)


def ours(tree: Node) -> Any:
    return compile_expression(to_text(tree)).evaluate(CONTEXT)


def parts_of(value: Any) -> Iterator[Node]:
    """The nodes directly inside a node."""
    if isinstance(value, Node | Binding):
        for field in fields(value):
            inside = getattr(value, field.name)
            yield from [inside] if isinstance(inside, Node) else parts_of(inside)
    elif isinstance(value, tuple):
        for item in value:
            yield from [item] if isinstance(item, Node) else parts_of(item)


def closed_parts(tree: Node) -> Iterator[Node]:
    """The outermost parts that have a value of their own: no loop around them binds a name."""
    for part in parts_of(tree):
        yield from [part] if free_names(part) <= CONTEXT.keys() else closed_parts(part)


def with_values(node: Node) -> Node:
    """The node with its closed parts replaced by the values that they have."""
    inside = {field.name: _replaced(getattr(node, field.name)) for field in fields(node)}
    return replace(node, **inside)


def _replaced(value: Any) -> Any:
    if isinstance(value, Node):
        closed = free_names(value) <= CONTEXT.keys()
        return _tree_of(ours(value)) if closed else with_values(value)
    if isinstance(value, Binding):
        return replace(value, domain=_replaced(value.domain), last=_replaced(value.last))
    return tuple(map(_replaced, value)) if isinstance(value, tuple) else value


def _tree_of(value: Any) -> Node:
    if isinstance(value, list):
        return ListOf(0, tuple(map(_tree_of, value)))
    if isinstance(value, dict):
        return ContextOf(0, tuple((key, _tree_of(item)) for key, item in value.items()))
    return Literal(0, iso.parse_date(value.isoformat()) if isinstance(value, date) else value)


def same(one: Any, other: Any) -> bool:
    """Our value and feelin's, whose numbers are binary."""
    match other:
        case {"number": text}:
            return isinstance(one, Decimal) and _close(one, text)
        case {"context": entries}:
            return isinstance(one, dict) and _same_entries(one, entries)
        case {"other": text}:
            return isinstance(one, Function | Range) or _as_text(one) == text
        case list():
            return isinstance(one, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _close(one: Decimal, text: str) -> bool:
    if text in ("NaN", "Infinity", "-Infinity"):
        return False
    return abs(one - Decimal(text)) <= CLOSE * max(Decimal(1), abs(one))


def _same_entries(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
