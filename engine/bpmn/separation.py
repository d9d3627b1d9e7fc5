"""Checks what a model demands of the people who do its tasks; see `engine.separation`."""

from core.errors import N_
from engine.bpmn.reading import (
    Findings,
    XmlElement,
    attributes_of,
    child,
    elements_within,
    local_name,
)
from engine.machine.activities import DIFFERENT_FROM, DISTINCT_PEOPLE


def check_people(process: XmlElement, findings: Findings) -> None:
    """Note every demand that would hold nobody off: of no user task, or about none."""
    tasks = {each.get("id") for each in elements_within(process) if local_name(each) == "userTask"}
    for element in elements_within(process):
        attributes = attributes_of(element)
        _check_different(element, attributes.get(DIFFERENT_FROM), tasks, findings)
        _check_distinct(element, attributes.get(DISTINCT_PEOPLE), findings)


def _check_different(
    element: XmlElement, names: str | None, tasks: set[str | None], findings: Findings
) -> None:
    if names is None:
        return
    if local_name(element) not in {"userTask", "callActivity"}:
        _misplaced(element, DIFFERENT_FROM, findings)
        return
    for name in names.split() or [""]:
        if name not in tasks:
            title = N_("“%(attribute)s” names “%(task)s”, which is no user task of this process")
            remedy = N_("Write the ids of user tasks, with blanks between them.")
            findings.add(element, title, remedy, attribute=DIFFERENT_FROM, task=name)


def _check_distinct(element: XmlElement, answer: str | None, findings: Findings) -> None:
    if answer is None:
        return
    if local_name(element) != "userTask":
        _misplaced(element, DISTINCT_PEOPLE, findings)
    elif answer != "true" or child(element, "multiInstanceLoopCharacteristics") is None:
        title = N_("“%(attribute)s” is for a user task that several people do")
        remedy = N_("Write “true” at a multi-instance user task, or remove it.")
        findings.add(element, title, remedy, attribute=DISTINCT_PEOPLE)


def _misplaced(element: XmlElement, attribute: str, findings: Findings) -> None:
    title = N_("“%(attribute)s” stands at %(element)s, which no person does")
    remedy = N_("Move it to the user task that it is meant for.")
    findings.add(element, title, remedy, attribute=attribute)
