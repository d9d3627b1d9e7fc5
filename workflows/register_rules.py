"""The gate's look at `register` and `follow_ups`: what they name is there, FEEL can be read."""

from collections.abc import Iterator

import feel
from engine.bpmn.reading import parse_xml
from workflows import number_patterns
from workflows.errors import PackBroken
from workflows.number_rules import books_of
from workflows.pack import ServicePack, expression
from workflows.sections.follow_ups import BEFORE_EXPIRY
from workflows.sections.register import RegisterRules

_PROCESS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}process"
# What is known of an entry; its facts are those that the service names.
KNOWN = ("holder", "facts", "issued_on")


def check_register_rules(pack: ServicePack) -> None:
    """Raise PackBroken for the first thing that could not be done when it is time."""
    for fault in _faults(pack):
        raise PackBroken(file="service.yaml", fault=fault)


def _faults(pack: ServicePack) -> Iterator[str]:
    rules = pack.manifest.register
    yield from _faults_of_processes(pack)
    for name, text in _texts(rules):
        yield from _faults_of_text(pack, name, text)
    if rules.about is not None:
        types = pack.form(pack.manifest.application_form).answer_types
        yield from _findings("register.about.number", rules.about.number, types)
    if rules.copies is not None:
        yearly = rules.copies.resets == "year"
        if not number_patterns.is_sound(rules.copies.number_pattern, yearly=yearly):
            yield f"`register.copies.number_pattern` must hold {number_patterns.SAYS}."
        if rules.copies.book in books_of(pack.manifest):
            yield "`register.copies.book` is the book of the results: name another one."
    yield from _faults_of_decisions(pack)
    if not _may_expire(rules):
        for name, rule in pack.manifest.follow_ups.items():
            if rule.when == BEFORE_EXPIRY:
                yield f"`follow_ups.{name}` waits for an expiry: say `register.validity`."


def _faults_of_decisions(pack: ServicePack) -> Iterator[str]:
    rules, manifest = pack.manifest.register.decisions, pack.manifest
    if rules is None:
        return
    copies = manifest.register.copies
    if rules.book in books_of(manifest) or (copies is not None and rules.book == copies.book):
        yield "`register.decisions.book` is a book of other papers: name another one."
    if rules.setting not in manifest.settings:
        yield f"`register.decisions`: `settings` lacks “{rules.setting}”."
    elif not number_patterns.is_sound(str(manifest.setting(rules.setting)), yearly=rules.yearly):
        yield f"“{rules.setting}” must hold {number_patterns.SAYS}."


def _may_expire(rules: RegisterRules) -> bool:
    return bool(rules.validity.years or rules.validity.until)


def _faults_of_processes(pack: ServicePack) -> Iterator[str]:
    known = {
        str(process.get("id"))
        for path, content in pack.files.items()
        if path.endswith(".bpmn")
        for process in parse_xml(path, content).iter(_PROCESS)
    }
    named = {
        f"register.procedures.{k}": v.process for k, v in pack.manifest.register.procedures.items()
    }
    named |= {
        f"follow_ups.{k}": v.process for k, v in pack.manifest.follow_ups.items() if v.process
    }
    for place, process in named.items():
        if process not in known:
            yield f"`{place}`: no file has a process “{process}”."


def _texts(rules: RegisterRules) -> Iterator[tuple[str, str]]:
    yield "register.validity.years", rules.validity.years
    yield "register.validity.until", rules.validity.until
    for name, rule in rules.unique.items():
        yield f"register.unique.{name}.key", rule.key


def _faults_of_text(pack: ServicePack, name: str, text: str) -> Iterator[str]:
    if text:
        facts = ", ".join(f"{fact}: Any" for fact in pack.manifest.register_facts)
        types = {
            "holder": "context<number: string, name: string>",
            "facts": f"context<{facts}>" if facts else "Any",
            "issued_on": "date",
        }
        yield from _findings(name, text, types)


def _findings(name: str, text: str, types: object) -> Iterator[str]:
    try:
        compiled = expression(text)
    except feel.FeelSyntaxError as error:
        yield f"`{name}` is no FEEL: {error}"
        return
    for finding in feel.check(compiled, types):  # type: ignore[arg-type]
        yield f"`{name}`: {finding}."
