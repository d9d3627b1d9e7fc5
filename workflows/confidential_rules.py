"""The gate's look at what is confidential: who reads a kind is drawn, and nothing else may show it.

A user task of the staff says `motcua:reads="judicial_record"`; only who has taken it sees such papers
and answers.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.reading import attributes_of, extension, parse_xml
from engine.lint.model import Model
from workflows.errors import PackBroken
from workflows.pack import ServicePack
from workflows.shapes import IN_PACK
from workflows.vocabulary import READS, words_of

_APPLICANTS: Final = frozenset({"applicant", "guest"})


def check_confidential(pack: ServicePack) -> None:
    """Raise PackBroken for a kind that nobody or the wrong people would see."""
    for path, fault in (*_faults_drawn(pack), *_faults_said(pack)):
        raise PackBroken(file=path, fault=fault)


def _faults_drawn(pack: ServicePack) -> Iterator[tuple[str, str]]:
    tasks: list[str] = []
    for path, content in pack.files.items():
        for node in Model(parse_xml(path, content)).nodes if path.endswith(".bpmn") else ():
            if node.kind == "userTask":
                tasks.append(node.id)
            for fault in _faults_of(pack, node.kind, node.id, attributes_of(node.element)):
                yield path, f"Line {node.element.sourceline}: {fault}"
            who = extension(node.element, "assignmentDefinition")
            groups = "" if who is None else who.get("candidateGroups") or ""
            if READS in attributes_of(node.element) and _APPLICANTS & words_of(groups):
                fault = f"“{READS}” at a task of the applicant. He sees his own papers anyway."
                yield path, f"Line {node.element.sourceline}: {fault}"
    for name in pack.confidential_reads:
        if tasks.count(name) > 1:
            fault = (
                f"Two user tasks are called “{name}”, and one of them reads what is confidential."
            )
            yield "service.yaml", fault


def _faults_of(
    pack: ServicePack, kind: str, name: str, attributes: Mapping[str, str]
) -> Iterator[str]:
    if READS not in attributes:
        return
    if kind != "userTask":
        yield f"“{READS}” at “{name}”: only people read, so only a user task says so."
    known = pack.confidential_kinds
    for word in sorted(words_of(attributes[READS]) - known):
        listed = ", ".join(sorted(known)) or "–"
        yield f"“{name}” reads “{word}”, which is no confidential document. There are: {listed}."


def _faults_said(pack: ServicePack) -> Iterator[tuple[str, str]]:
    read = {word for words in pack.confidential_reads.values() for word in words}
    for kind in sorted(pack.confidential_kinds):
        place = f"`documents.{kind}` is confidential"
        if kind not in read:
            yield "service.yaml", f"{place}, but no user task reads it (`motcua:{READS}`)."
        if pack.manifest.documents[kind].kept_as:
            yield "service.yaml", f"{place}: the store of its owner does not keep it (`kept_as`)."
    for kind in sorted(set(pack.manifest.enquiries) - pack.confidential_kinds):
        fault = f"`enquiries.{kind}`: `documents` has no confidential kind of that name."
        yield "service.yaml", fault
    for path in _shapes_that_ask(pack):
        if not pack.manifest.enquiries:
            fault = "The shape “data-enquiry” needs `enquiries`: what is asked, and by which right."
            yield path, fault


def _shapes_that_ask(pack: ServicePack) -> list[str]:
    return [path for path in pack.files if path == f"{IN_PACK}data-enquiry/process.bpmn"]
