"""Reads a bundle of files: every executable process in it, or everything that must be mended."""

from collections.abc import Callable, Iterator, Mapping

from core.errors import N_
from engine.bpmn.activities import Known
from engine.bpmn.events import Declared
from engine.bpmn.processes import ProcessReader
from engine.bpmn.reading import (
    Findings,
    XmlElement,
    children,
    elements_within,
    is_true,
    local_name,
    namespace_of,
    parse_xml,
)
from engine.bpmn.separation import check_people
from engine.bpmn.table import BPMN, Fate, fate_of
from engine.errors import DeploymentRefused, Problem
from engine.machine.process import ProcessSpec


def read_processes(files: Mapping[str, bytes], known: Known) -> dict[str, ProcessSpec]:
    """The executable processes of several .bpmn files, by id; raises DeploymentRefused."""
    roots = {name: parse_xml(name, content) for name, content in sorted(files.items())}
    problems: list[Problem] = []
    ids = frozenset(item.get("id", "") for root in roots.values() for item in executable(root))
    processes: dict[str, ProcessSpec] = {}
    for name, root in roots.items():
        findings = Findings(name)
        _check_root(root, findings)
        reader = ProcessReader(findings, Declared.of(root), known, ids)
        for item in executable(root):
            _check_fates(item, findings)
            check_people(item, findings)
            _check_unique(item, processes, findings)
            processes[item.get("id", "")] = reader.process(item)
        problems.extend(findings.problems)
    if problems:
        raise DeploymentRefused(problems)
    return processes


def executable(root: XmlElement) -> Iterator[XmlElement]:
    """The processes that are meant to run; the others only show what a partner does."""
    return (
        item
        for item in children(root, BPMN, "process")
        if is_true(item, "isExecutable", default=False)
    )


def _check_root(root: XmlElement, findings: Findings) -> None:
    if namespace_of(root) != BPMN or local_name(root) != "definitions":
        findings.add(root, N_("This is not a BPMN 2.0 file"), N_("Export it as BPMN 2.0 XML."))
    elif next(executable(root), None) is None:
        title = N_("The file has no executable process")
        findings.add(root, title, N_("Tick “Executable” in the properties of the process."))


def _check_unique(
    item: XmlElement, processes: Mapping[str, ProcessSpec], findings: Findings
) -> None:
    if findings.required(item, "id") in processes:
        title = N_("Two processes of the bundle have the id “%(identity)s”")
        remedy = N_("Give one of them another id.")
        findings.add(item, title, remedy, identity=item.get("id", ""))


def _check_fates(process: XmlElement, findings: Findings) -> None:
    """Refuse whatever the table refuses, attributes that would change the meaning included."""
    for item in elements_within(process):
        row = fate_of(namespace_of(item), local_name(item))
        if row.fate is Fate.REFUSED:
            findings.add(item, N_("%(element)s is not executed here"), row.remedy)
        for attribute, wrong, remedy in _ATTRIBUTES:
            if wrong(item.get(attribute, "")):
                title = N_("The attribute “%(attribute)s” of %(element)s is not executed here")
                findings.add(item, title, remedy, attribute=attribute)


_ATTRIBUTES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "waitForCompletion",
        "false".__eq__,
        N_("Let it wait, or undo in a parallel branch of its own."),
    ),
    ("parallelMultiple", "true".__eq__, N_("Draw a parallel gateway and single events.")),
    ("versionTag", bool, N_("Everything called is of the same bundle: remove the version.")),
)
