"""A fact of the register as people read it: the words of an answer, not the code of its option."""

from datetime import date
from typing import Any

from dossiers.letters import wording
from forms import all_components, code_tables
from forms.components import CHOICES, Component
from workflows.pack import ServicePack, expression


def fact_in_words(
    pack: ServicePack, fact: str, value: Any, *, language: str, day: date | None
) -> str:
    """A fact published on a day, in a language; several chosen answers are listed."""
    choice = _choice_behind(pack, fact)
    if choice is None or value is None:
        return wording.printed(value)
    with code_tables.as_of(day):
        if isinstance(value, list):
            return "; ".join(choice.option_label(each, language) for each in value)
        return choice.option_label(value, language)


def _choice_behind(pack: ServicePack, fact: str) -> Component | None:
    """The question with options whose answer the fact is, if any."""
    stated = pack.manifest.register_facts.get(fact)
    names = expression(stated).names if stated is not None else frozenset[str]()
    form = pack.form(pack.manifest.application_form)
    for component in all_components(form):
        if component.key in names and component.type in CHOICES:
            return component
    return None
