"""Which book and which pattern give a result its number, and what the gate demands of them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import feel
from workflows import number_patterns
from workflows.errors import PackBroken
from workflows.manifest import Manifest
from workflows.pack import ServicePack, expression

PATTERN: Final = "number_pattern"


def books_of(manifest: Manifest) -> dict[str, str]:
    """Every book of the service's results, with the setting that says how its numbers are written."""
    return {manifest.book: PATTERN} | {each.book: each.setting for each in manifest.numbering.kinds}


def book_for(pack: ServicePack, answers: Mapping[str, Any]) -> tuple[str, str]:
    """The book for these answers, and the setting of its pattern."""
    for kind in pack.manifest.numbering.kinds:
        if pack.read(kind.when, answers) is True:
            return kind.book, kind.setting
    return pack.manifest.book, PATTERN


def check_numbering(pack: ServicePack) -> None:
    """Raise PackBroken for a kind of results that could get no number, or one that is given twice."""
    for fault in _faults(pack):
        raise PackBroken(file="service.yaml", fault=f"`numbering.kinds`: {fault}")


def _faults(pack: ServicePack) -> Iterator[str]:
    manifest = pack.manifest
    types = pack.form(manifest.application_form).answer_types
    if len(books_of(manifest)) <= len(manifest.numbering.kinds):
        yield "Two kinds share a book: give each one of its own."
    for kind in manifest.numbering.kinds:
        if kind.setting not in manifest.settings:
            yield f"`settings` lacks “{kind.setting}”."
            return
        pattern = str(manifest.setting(kind.setting))
        if not number_patterns.is_sound(pattern, yearly=manifest.numbering.yearly):
            yield f"“{kind.setting}” must hold {number_patterns.SAYS}."
        try:
            for finding in feel.check(expression(kind.when), types):
                yield f"“{kind.book}” reads the answers of the application: {finding}."
        except feel.FeelSyntaxError as error:
            yield f"“{kind.book}” is no FEEL: {error}"
