"""The parts of a dossier that a list of defects can name: questions of its form, and papers."""

from collections.abc import Mapping
from typing import Final

from core.i18n import pick
from dossiers.models import Dossier
from forms.components import Component, own_level
from workflows.pack import ServicePack
from workflows.queries import service_version

PAPER: Final = "document:"


def questions_of(dossier: Dossier) -> Mapping[str, Component]:
    """The questions of the application that its applicant answers, by their keys."""
    pack = service_version(dossier.service_version)
    form = pack.form(pack.manifest.application_form)
    return {
        str(each.key): each
        for each in own_level(form.components)
        if each.writable or each.type in {"group", "dynamiclist"}
    }


def is_part(dossier: Dossier, part: str) -> bool:
    """Whether a dossier has such a part; the empty one is the dossier as a whole."""
    if part.startswith(PAPER):
        pack = service_version(dossier.service_version)
        return part.removeprefix(PAPER) in pack.asked_documents
    return not part or part in questions_of(dossier)


def name_of_part(pack: ServicePack, part: str, language: str) -> str:
    """What a part is called; empty for the dossier as a whole."""
    if part.startswith(PAPER):
        return pack.document_name(part.removeprefix(PAPER), language)
    form = pack.form(pack.manifest.application_form)
    found = {each.key: each for each in own_level(form.components)}.get(part)
    if found is None:
        return part
    return pick(found.texts.get("label", {}), language) or part


def parts_of(dossier: Dossier, language: str) -> Mapping[str, str]:
    """Every part with its name, questions first, in the order of the form."""
    pack = service_version(dossier.service_version)
    named = {key: each.label(language) for key, each in questions_of(dossier).items()}
    papers = {
        f"{PAPER}{kind}": pack.document_name(kind, language)
        for kind in pack.manifest.documents
        if kind in pack.asked_documents
    }
    return {**named, **papers}
