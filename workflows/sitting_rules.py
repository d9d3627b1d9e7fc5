"""Whether what `issuing.in_sitting` says can be done: many results signed by one confirmation."""

from collections.abc import Mapping
from typing import Final

from core.errors import InvalidRequest
from engine.bpmn.reading import parse_xml
from feel import FeelError, compile_expression
from workflows.errors import PackBroken
from workflows.pack import ServicePack
from workflows.sections.issuing import InSitting

INPUTS: Final = frozenset({"letter", "table", "facts", "photo"})
_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_FORM: Final = "{http://camunda.org/schema/zeebe/1.0}formDefinition"


def check_sittings(pack: ServicePack) -> None:
    """Raise PackBroken for a task that nobody could complete in a sitting, or not knowingly."""
    rules = pack.manifest.issuing.in_sitting
    forms = _forms(pack) if rules else {}
    for task, rule in rules.items():
        if task not in pack.manifest.issuing.signing_tasks or task not in forms:
            raise _broken(task, "no user task in which the leader signs")
        if task not in pack.manifest.fresh_proof:
            raise _broken(task, "name it in “fresh_proof”: one confirmation signs many results")
        _check_answers(pack, task, forms[task], rule)
        _check_paper(pack, task, rule)
        _check_expressions(task, rule)


def _check_answers(pack: ServicePack, task: str, form_id: str, rule: InSitting) -> None:
    try:
        kept = pack.form(form_id).load(rule.answers, "en")
    except InvalidRequest as error:
        told = "; ".join(
            f"{'.'.join(map(str, path))}: {' '.join(said)}" for path, said in error.fields.items()
        )
        raise _broken(task, f"the form “{form_id}” refuses these answers: {told}") from error
    for name in rule.answers:
        if name not in kept:
            raise _broken(task, f"the form “{form_id}” has no question “{name}” to be answered")


def _check_paper(pack: ServicePack, task: str, rule: InSitting) -> None:
    unknown = sorted(rule.paper.keys() - INPUTS)
    if unknown:
        raise _broken(task, f"“paper” has no “{unknown[0]}”: it has {', '.join(sorted(INPUTS))}")
    if rule.paper and rule.paper.get("letter") not in pack.letters:
        raise _broken(task, "“paper” names no “letter” of the service")


def _check_expressions(task: str, rule: InSitting) -> None:
    texts = [rule.when or "", *rule.paper.values()]
    for text in (each for each in texts if each.startswith("=")):
        try:
            compile_expression(text[1:])
        except FeelError as error:
            raise _broken(task, f"“{text}” cannot be read: {error}") from error


def _forms(pack: ServicePack) -> Mapping[str, str]:
    """The form of each user task, by its id."""
    return {
        str(task.get("id")): str(form.get("formId"))
        for path, content in pack.files.items()
        if path.endswith(".bpmn")
        for task in parse_xml(path, content).iter(f"{_BPMN}userTask")
        for form in task.iter(_FORM)
    }


def _broken(task: str, fault: str) -> PackBroken:
    return PackBroken(file="service.yaml", fault=f"“in_sitting” names “{task}”: {fault}.")
