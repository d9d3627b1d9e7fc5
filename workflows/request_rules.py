"""The gate's look at `requests`: a rule must name what is there, and settings that can be read."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import feel
from engine.bpmn.reading import parse_xml
from forms.components import PLAIN_TEXT, own_level
from workflows.errors import PackBroken
from workflows.pack import ServicePack

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
_A_PERIOD: Final = frozenset({"supplement.term"})
_SOME: Final = '@"2026-01-01T00:00:00Z"'
_AFTER: Final = feel.compile_expression(f"{_SOME} + duration(period) > {_SOME}")


def check_request_rules(pack: ServicePack) -> None:
    """Raise PackBroken for the first rule that nobody could follow."""
    for place, fault in _faults(pack):
        raise PackBroken(file="service.yaml", fault=f"`requests.{place}`: {fault}")


def is_period(text: Any) -> bool:
    """Whether a text is an ISO 8601 duration of some length, such as P60D."""
    return _AFTER.evaluate({"period": text}) is True


def _faults(pack: ServicePack) -> Iterator[tuple[str, str]]:
    rules = pack.manifest.requests
    for place, name in rules.settings_named().items():
        yield from ((place, fault) for fault in _faults_of_setting(pack, place, name))
    if rules.supplement is not None:
        for fault in _faults_of_tasks(pack, rules.supplement.tasks, rules.supplement.note):
            yield "supplement", fault
    if rules.refusal is not None:
        for fault in _faults_of_tasks(pack, rules.refusal.tasks, rules.refusal.reason):
            yield "refusal", fault


def _faults_of_setting(pack: ServicePack, place: str, name: str) -> Iterator[str]:
    setting = pack.manifest.settings.get(name)
    if setting is None:
        yield f"`settings` lacks “{name}”."
    elif place in _A_PERIOD and not is_period(setting.value):
        yield f"“{name}” is “{setting.value}”. Write a duration, such as P60D."
    elif place not in _A_PERIOD and not _is_count(setting.value):
        yield f"“{name}” is “{setting.value}”. Write a whole number."


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _faults_of_tasks(
    pack: ServicePack, tasks: Mapping[str, Mapping[str, Any]], note: str
) -> Iterator[str]:
    known = _forms_of_tasks(pack)
    for task, answers in tasks.items():
        if task not in known:
            yield f"the process has no user task “{task}” with a form."
            continue
        questions = {each.key: each for each in own_level(pack.form(known[task]).components)}
        for name in (*answers, *filter(None, (note,))):
            if name not in questions:
                yield f"the form “{known[task]}” of “{task}” asks no “{name}”."
        if note in questions and questions[note].type not in PLAIN_TEXT:
            yield f"“{note}” of the form “{known[task]}” takes no text."


def _forms_of_tasks(pack: ServicePack) -> dict[str, str]:
    return {
        str(task.get("id")): str(form.get("formId"))
        for path, content in pack.files.items()
        if path.endswith(".bpmn")
        for task in parse_xml(path, content).iter(f"{_BPMN}userTask")
        for form in task.iter(f"{_ZEEBE}formDefinition")
    }
