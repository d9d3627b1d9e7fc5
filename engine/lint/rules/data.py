"""Rules about expressions and about what must not stand in a model."""

import re
from collections.abc import Iterator

from core.errors import N_
from engine.bpmn.reading import XmlElement
from engine.lint.findings import Hit, Severity, rule
from engine.lint.model import Model, is_executable
from engine.machine.expressions import read_feel
from feel import check
from feel.errors import FeelError

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Personal identification numbers (12 digits, formerly 9) and telephone numbers of Viet Nam.
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:\d{12}|\d{9}|0\d{9})(?![0-9A-Za-z])", re.ASCII)


@rule(
    "always-null",
    Severity.WARNING,
    N_("In the expression “%(text)s” this always is null: %(part)s"),
    N_("Correct it: a function gets the wrong kind of value, or kinds do not go together."),
)
def always_null(model: Model) -> Iterator[Hit]:
    """Expressions with a part that is null whatever the variables are."""
    for item in model.elements:
        for text in _expressions(item) if is_executable(item) else ():
            for part in _null_parts(text):
                yield Hit(item, {"text": text, "part": part})


def _expressions(item: XmlElement) -> Iterator[str]:
    texts = [item.text or "", *(str(value) for value in item.attrib.values())]
    return (text.strip() for text in texts if text.strip().startswith("="))


def _null_parts(text: str) -> list[str]:
    try:
        expression = read_feel(text).compiled
        return [finding.part for finding in check(expression, expression.names)]
    except FeelError:
        return []


@rule(
    "personal-data",
    Severity.ERROR,
    N_("The id “%(id)s” looks like a personal number"),
    N_("Name elements by what they do: ids are written to logs and histories."),
)
def personal_data(model: Model) -> Iterator[Hit]:
    """Ids with what looks like the number of a person."""
    for item in model.elements:
        identity = item.get("id", "")
        if _PERSONAL.search(_UUID.sub("", identity)):
            yield Hit(item, {"id": identity})
