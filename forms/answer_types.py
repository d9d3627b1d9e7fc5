"""The FEEL types of answers, as the expressions of the same form see them.

Answers are plain JSON: dates and times stand in them as text.
"""

from collections.abc import Iterable

from feel.types import ANY, BUILTIN_TYPES, ContextType, ListType, Type
from forms.components import ONE_OF, PLAIN_TEXT, SEVERAL_OF, Component, own_level

_STRING, _NUMBER, _BOOLEAN = (BUILTIN_TYPES[name] for name in ("string", "number", "boolean"))
_SIMPLE = {
    **dict.fromkeys(PLAIN_TEXT | ONE_OF | {"datetime"}, _STRING),
    **dict.fromkeys(SEVERAL_OF | {"filepicker"}, ListType(_STRING)),
    "number": _NUMBER,
    "checkbox": _BOOLEAN,
}
# `this` and `parent` hold whatever stands around; `i` counts rows from 1.
LOCAL_TYPES = {"this": ANY, "parent": ANY, "i": _NUMBER}


def answer_type(component: Component) -> Type:
    """What an answer is when it is given; Any for a computed one."""
    match component.type:
        case "group":
            return _context(component.children)
        case "dynamiclist":
            return ListType(_context(component.children))
    return _SIMPLE.get(component.type, ANY)


def _context(components: Iterable[Component]) -> ContextType:
    own = own_level(tuple(components))
    return ContextType({child.key: answer_type(child) for child in own if child.key})
