"""The gate's look at `legacy_entry`: a dossier of an older system must be able to go on there."""

from collections.abc import Iterator

from engine.entering import judge_entry, status_drawn
from workflows.errors import PackBroken
from workflows.manifest import LegacyEntry
from workflows.pack import ServicePack
from workflows.vocabulary import STATUS, DossierStatus

_DRAWN = f"{{urn:motcua:bpmn:1}}{STATUS}"
_ENDS = (DossierStatus.DRAFT, DossierStatus.FINISHED)
_OPEN = [each for each in DossierStatus if not each.final and each not in _ENDS]


def check_legacy_entries(pack: ServicePack) -> None:
    """Raise PackBroken for the first entry that would lead a dossier astray."""
    seen: dict[str, str] = {}
    for state, entry in pack.manifest.legacy_entry.items():
        for word in (state, *entry.also):
            if seen.setdefault(word.casefold(), state) != state:
                raise _broken(state, f"“{word}” stands for “{seen[word.casefold()]}” already.")
        for fault in _faults(pack, entry):
            raise _broken(state, fault)


def _faults(pack: ServicePack, entry: LegacyEntry) -> Iterator[str]:
    files, process = pack.model_files(), pack.manifest.process
    if entry.status not in _OPEN:
        yield f"“{entry.status}” is no status of an open dossier. Choose one of: {', '.join(_OPEN)}."
    judged = judge_entry(files, process, entry.element, _given(pack, entry))
    if judged is not None:
        reason, names = judged
        yield f"{entry.element}: {reason % names}"
    drawn = status_drawn(files, process, entry.element, _DRAWN)
    if drawn not in {None, entry.status}:
        yield f"“{entry.element}” gives the status “{drawn}”, not “{entry.status}”."


def _given(pack: ServicePack, entry: LegacyEntry) -> set[str]:
    return {"dossier", "settings", pack.manifest.application_form, *entry.variables}


def _broken(state: str, fault: str) -> PackBroken:
    return PackBroken(file="service.yaml", fault=f"`legacy_entry` “{state}”: {fault}")
