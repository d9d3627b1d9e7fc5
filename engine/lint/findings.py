"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.bpmn.reading import XmlElement
from engine.lint.model import Model


class Severity(StrEnum):
    """An error keeps a model from running as drawn; a warning makes it hard to read or to run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One place to mend. `title` and `remedy` are English message ids, filled with `params`.

    `path` are the ids of the elements on the way there, where a way was played.
    """

    rule: str
    severity: Severity
    file: str
    line: int
    element_id: str
    element_name: str
    title: str
    remedy: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A place where a rule applies, with what fills its title."""

    element: XmlElement
    params: Mapping[str, str] = field(default_factory=dict)


Check = Callable[[Model], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """A check with its words."""

    id: str
    severity: Severity
    title: str
    remedy: str
    check: Check


RULES: list[Rule] = []


def rule(identity: str, severity: Severity, title: str, remedy: str) -> Callable[[Check], Check]:
    """Make a function a rule; texts are marked by N_ where they stand."""

    def registered(check: Check) -> Check:
        RULES.append(Rule(identity, severity, title, remedy, check))
        return check

    return registered
