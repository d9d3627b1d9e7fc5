"""Decision tables read answers that some question asks for: else they would never have a value."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from engine.bpmn.reading import parse_xml
from engine.dmn import DecisionModel
from feel.names import free_paths
from workflows.errors import PackBroken
from workflows.pack import ServicePack


def check_answer_names(pack: ServicePack, path: str, model: DecisionModel) -> None:
    """Raise PackBroken for the first answer that a decision file reads and that no question asks for.

    Tables read `form.question`; those of the documents decision have the answers of the application
    themselves, and nothing else.
    """
    for place, form_id, question in _answers_read(pack, model):
        known = pack.form(form_id).answer_types
        if question not in known:
            raise _unasked(path, place, f"{form_id}.{question}", question, known)
    application = pack.form(pack.manifest.application_form).answer_types
    places = _places_of(pack, path, pack.manifest.documents_decision)
    for place, text in model.texts:
        for name in sorted(text.names - application.keys() - model.names):
            if place in places:
                raise _unasked(path, place, name, name, application)


def _answers_read(pack: ServicePack, model: DecisionModel) -> Iterator[tuple[str, str, str]]:
    for place, text in model.texts:
        for steps in sorted(free_paths(text.tree)):
            if steps[0] in pack.forms and len(steps) > 1:
                yield place, steps[0], steps[1]


def _places_of(pack: ServicePack, path: str, decision: str) -> frozenset[str]:
    root = parse_xml(path, pack.file(path))
    found = root.iterfind(f"{{*}}decision[@id='{decision}']//*[@id]")
    return frozenset(str(each.get("id")) for each in found)


def _unasked(path: str, place: str, read: str, question: str, known: Iterable[str]) -> PackBroken:
    near = get_close_matches(question, known, 1) or [", ".join(sorted(known))]
    fault = f"“{place}” reads “{read}”, and the form has no such question. It has: {near[0]}."
    return PackBroken(file=path, fault=fault)
