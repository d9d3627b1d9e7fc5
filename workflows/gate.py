"""The gate that every pack passes before it is deployed, from a folder or by upload.

The engine refuses what its processes and decisions cannot do. Here stands what ties the files of a
pack together: a form that a task names, a letter that a step makes, a paper that a table asks for.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

import feel
from engine.bpmn.reading import parse_xml
from engine.dmn import DecisionError, DecisionModel, Severity, analyse, parse_bundle
from forms import Component, all_components, code_tables
from workflows import number_patterns
from workflows.answer_names import check_answer_names
from workflows.confidential_rules import check_confidential
from workflows.desk_rules import check_desk_rules
from workflows.errors import PackBroken
from workflows.fee_rules import check_fee_rules, conditions
from workflows.files import check_files
from workflows.issuing_order import check_issuing
from workflows.kept_documents import check_kept_documents
from workflows.legacy_entries import check_legacy_entries
from workflows.letters.checking import check_letters
from workflows.manifest import Manifest
from workflows.number_rules import check_numbering
from workflows.pack import ServicePack, expression
from workflows.register_rules import check_register_rules
from workflows.request_rules import check_request_rules
from workflows.sitting_rules import check_sittings
from workflows.step_limits import check_step_limits
from workflows.vocabulary import DRAWN, STATUS, DossierStatus

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_MOTCUA = "{urn:motcua:bpmn:1}"
_APPLICANTS = "applicant"
NEEDED_SETTINGS = ("number_pattern", "procedure_code")


def check(pack: ServicePack) -> None:
    """Raise PackBroken for the first thing that would fail a running dossier."""
    check_files(pack.files)
    _check_references(pack)
    _check_words(pack)
    check_step_limits(pack)
    check_confidential(pack)
    _check_decisions(pack)
    _check_documents(pack)
    _check_forms(pack)
    _check_expressions(pack)
    _check_facts(pack.manifest)
    _check_number_pattern(pack.manifest)
    check_numbering(pack)
    check_legacy_entries(pack)
    check_register_rules(pack)
    check_kept_documents(pack)
    check_request_rules(pack)
    check_fee_rules(pack)
    check_desk_rules(pack)
    _check_use_without_account(pack)
    check_issuing(pack)
    check_sittings(pack)
    check_letters(pack)


def _check_references(pack: ServicePack) -> None:
    processes = set[str]()
    for path, root in _models(pack):
        processes |= {str(process.get("id")) for process in root.iter(f"{_BPMN}process")}
        for form in root.iter(f"{_ZEEBE}formDefinition"):
            if form.get("formId") not in pack.forms:
                raise _dangling(path, form, f"forms/{form.get('formId')}.form")
        for letter in _letters(root):
            if str(letter.get("source")) not in pack.letters:
                raise _dangling(path, letter, f"letters/{letter.get('source')}.typ")
    for process in filter(None, (pack.manifest.process, pack.manifest.post_check_process)):
        if process not in processes:
            raise PackBroken(file="service.yaml", fault=f"No file has a process “{process}”.")


def _check_words(pack: ServicePack) -> None:
    statuses = ", ".join(DRAWN)
    for path, root in _models(pack):
        for element in root.iter(f"{_BPMN}*"):
            status = element.get(f"{_MOTCUA}{STATUS}", DossierStatus.SUBMITTED)
            if status not in DRAWN:
                fault = f"There is no status “{status}”. Choose one of: {statuses}."
                raise PackBroken(file=path, fault=f"Line {element.sourceline}: {fault}")


def _check_decisions(pack: ServicePack) -> None:
    """Refuse tables whose analysis finds an error; warnings are for `motcua dmn check`."""
    files = {path: content for path, content in pack.files.items() if path.endswith(".dmn")}
    for path, model in _read_decisions(files).items():
        check_answer_names(pack, path, model)
        for finding in analyse(model):
            if finding.severity is Severity.ERROR:
                place = f"Decision “{finding.decision}”, table {finding.table_id}"
                rules = ", ".join(finding.rule_ids)
                message = finding.message % finding.params
                raise PackBroken(file=path, fault=f"{place} ({rules}): {message}.")
    manifest = pack.manifest
    named = [manifest.documents_decision]
    if manifest.fee_decision or manifest.fees is None:
        named.append(manifest.fee_decision)
    for decision in named:
        if decision not in pack.decisions:
            raise PackBroken(file="service.yaml", fault=f"No file has a decision “{decision}”.")


def _read_decisions(files: Mapping[str, bytes]) -> Mapping[str, DecisionModel]:
    try:
        return parse_bundle(files)
    except DecisionError as error:
        raise PackBroken(file=error.file, fault=str(error)) from error


def _check_documents(pack: ServicePack) -> None:
    for asked in sorted(pack.asked_documents):
        if asked not in pack.manifest.documents:
            raise PackBroken(
                file="service.yaml",
                fault=f"The documents decision asks for “{asked}”, which `documents` lacks.",
            )


def _check_forms(pack: ServicePack) -> None:
    for form_id, form in pack.forms.items():
        for component in all_components(form):
            _require_table(form_id, component)
            for language in pack.translations:
                _require_texts(form_id, component, language)


def _require_table(form_id: str, component: Component) -> None:
    if component.code_table and not code_tables.is_known(component.code_table):
        fault = f"“{component.id}” takes options from “{component.code_table}”: no such code table."
        raise PackBroken(file=f"forms/{form_id}.form", fault=fault)


def _require_texts(form_id: str, component: Component, language: str) -> None:
    missing = [name for name, texts in component.texts.items() if texts and language not in texts]
    missing += [option.value for option in component.options if language not in option.labels]
    if missing:
        raise PackBroken(
            file=f"i18n/{language}.json",
            fault=f"Form “{form_id}”, “{component.id}” lacks: {', '.join(missing)}.",
        )


def _check_expressions(pack: ServicePack) -> None:
    manifest = pack.manifest
    types = pack.form(manifest.application_form).answer_types
    expressions = {
        "owner_number": manifest.owner_number,
        "owner_name": manifest.owner_name,
        **manifest.register_facts,
    }
    expressions |= {
        f"time_limit.variants[{number}]": variant.when
        for number, variant in enumerate(manifest.time_limit.variants)
        if variant.when is not None
    }
    expressions |= {
        f"procedure_codes[{number}]": code.when
        for number, code in enumerate(manifest.procedure_codes)
    }
    if manifest.fees is not None:
        expressions |= dict(conditions(manifest.fees))
    for name, text in expressions.items():
        for finding in feel.check(_compiled(name, text), types):
            fault = f"“{name}” reads the answers of the application: {finding}."
            raise PackBroken(file="service.yaml", fault=fault)


def _compiled(name: str, text: str) -> feel.Expression:
    try:
        return expression(text)
    except feel.FeelSyntaxError as error:
        raise PackBroken(file="service.yaml", fault=f"“{name}” is no FEEL: {error}") from error


def _check_facts(manifest: Manifest) -> None:
    for fact in manifest.register_facts:
        if fact not in manifest.fact_names:
            raise PackBroken(file="service.yaml", fault=f"`fact_names` lacks “{fact}”.")


def _check_number_pattern(manifest: Manifest) -> None:
    """A pattern without the sequence or the agency would give one number twice."""
    for name in (*NEEDED_SETTINGS, *(each.setting for each in manifest.procedure_codes)):
        if name not in manifest.settings:
            raise PackBroken(file="service.yaml", fault=f"`settings` lacks “{name}”.")
    pattern = str(manifest.setting("number_pattern"))
    if not number_patterns.is_sound(pattern, yearly=manifest.numbering.yearly):
        fault = f"“number_pattern” must hold {number_patterns.SAYS}."
        raise PackBroken(file="service.yaml", fault=fault)


def _check_use_without_account(pack: ServicePack) -> None:
    """Who has no account is at level 0 and cannot prove afresh who he is."""
    manifest = pack.manifest
    if manifest.without_account and manifest.assurance > 0:
        fault = (
            f"“without_account” contradicts “assurance: {manifest.assurance}”: drop one of them."
        )
        raise PackBroken(file="service.yaml", fault=fault)
    if manifest.assurance == 0 and not manifest.without_account:
        fault = "“assurance: 0” needs “without_account: true”: who has an account is at level 1."
        raise PackBroken(file="service.yaml", fault=fault)
    if manifest.without_account:
        for task in sorted(_tasks_of_applicants(pack) & set(manifest.fresh_proof)):
            fault = f"“fresh_proof” names “{task}”, which applicants without an account must do."
            raise PackBroken(file="service.yaml", fault=fault)


def _tasks_of_applicants(pack: ServicePack) -> set[str]:
    return {
        str(task.get("id"))
        for _, root in _models(pack)
        for task in root.iter(f"{_BPMN}userTask")
        for assigned in task.iter(f"{_ZEEBE}assignmentDefinition")
        if _APPLICANTS in re.findall(r"[\w-]+", assigned.get("candidateGroups") or "")
    }


def _models(pack: ServicePack) -> Iterator[tuple[str, etree._Element]]:
    for path, content in pack.files.items():
        if path.endswith(".bpmn"):
            yield path, parse_xml(path, content)


def _letters(root: etree._Element) -> Iterator[etree._Element]:
    return (each for each in root.iter(f"{_ZEEBE}input") if each.get("target") == "letter")


def _dangling(path: str, element: etree._Element, missing: str) -> PackBroken:
    return PackBroken(
        file=path, fault=f"Line {element.sourceline} names {missing}, which the pack lacks."
    )
