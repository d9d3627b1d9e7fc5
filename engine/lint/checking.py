"""Runs the rules over files, together with what deployment would refuse."""

from collections.abc import Iterator, Mapping

from engine.bpmn.activities import Known
from engine.bpmn.bundle import executable, read_processes
from engine.bpmn.reading import Findings, parse_xml
from engine.errors import DeploymentRefused, Problem
from engine.lint.findings import RULES, Finding, Rule, Severity
from engine.lint.model import Model
from engine.lint.rules import REFUSALS
from engine.lint.stuck import stuck


def lint(files: Mapping[str, bytes], *, play: bool = False) -> list[Finding]:
    """Everything to mend in some .bpmn files, by file and line; they may call each other.

    `play` also plays every way a process can go, to see whether it can get stuck.
    """
    called = frozenset(identity for content in files.values() for identity in _processes(content))
    found = [
        finding
        for name, content in sorted(files.items())
        for finding in _file(name, content, called, play=play)
    ]
    return sorted(found, key=lambda finding: (finding.file, finding.line))


def _processes(content: bytes) -> Iterator[str]:
    try:
        yield from (item.get("id", "") for item in executable(parse_xml("", content)))
    except DeploymentRefused:
        return


def _file(name: str, content: bytes, called: frozenset[str], *, play: bool) -> Iterator[Finding]:
    known = Known(
        kind=lambda _: True, decision=lambda _: True, process=lambda identity: identity in called
    )
    try:
        read_processes({name: content}, known)
    except DeploymentRefused as refused:
        yield from (_refusal(problem) for problem in refused.problems)
    try:
        model = Model(parse_xml(name, content))
    except DeploymentRefused:
        return
    for rule in RULES:
        yield from _apply(rule, model, name)
    if play:
        yield from stuck(model, name)


def _refusal(problem: Problem) -> Finding:
    return Finding(
        REFUSALS.get(problem.title, "not-deployable"),
        Severity.ERROR,
        problem.file,
        problem.line,
        problem.element_id,
        problem.element_name,
        problem.title,
        problem.remedy,
        problem.params,
    )


def _apply(rule: Rule, model: Model, name: str) -> Iterator[Finding]:
    places = Findings(name)
    for hit in rule.check(model):
        places.add(hit.element, rule.title, rule.remedy, **hit.params)
    for at in places.problems:
        yield Finding(
            rule.id,
            rule.severity,
            name,
            at.line,
            at.element_id,
            at.element_name,
            at.title,
            at.remedy,
            at.params,
        )
