"""JSON Schema (2020-12) of a form's answers, for the API's documentation.

Only what always holds is `required`: what conditions hide may be missing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.components import CHOICES, PLAIN_TEXT, SEVERAL_OF, Component
from forms.fields import LONGEST, MOST_FILES
from forms.schema import MOST_ROWS


def of_components(
    components: tuple[Component, ...], language: str, title: str = ""
) -> dict[str, Any]:
    """The schema of the object that the components write."""
    level = list(_level(components, conditional=False))
    needed = [str(one.key) for one, conditional in level if one.required and not conditional]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {str(one.key): _schema(one, language) for one, _ in level},
        "additionalProperties": False,
    }
    if title:
        schema["title"] = title
    if needed:
        schema["required"] = needed
    return schema


def _level(
    components: tuple[Component, ...], *, conditional: bool
) -> Iterator[tuple[Component, bool]]:
    for component in components:
        may_hide = conditional or component.hide is not None
        if component.key is not None:
            yield component, may_hide
        else:
            yield from _level(component.children, conditional=may_hide)


def _schema(component: Component, language: str) -> dict[str, Any]:
    schema = {"title": component.label(language), **_shape(component, language)}
    if description := component.text("description", language):
        schema["description"] = description
    if component.type not in {"group", "dynamiclist"} and not component.writable:
        schema["readOnly"] = True
    return schema


def _shape(component: Component, language: str) -> Mapping[str, Any]:
    if component.type == "group":
        return of_components(component.children, language)
    if component.type == "dynamiclist":
        return {
            "type": "array",
            "items": of_components(component.children, language),
            "maxItems": component.rules.get("maxLength") or MOST_ROWS,
        }
    if component.type in CHOICES:
        return _choice(component, language)
    if component.type in PLAIN_TEXT:
        return _text(component)
    return _simple(component)


def _choice(component: Component, language: str) -> Mapping[str, Any]:
    one = _one_of(component, language)
    if component.type in SEVERAL_OF:
        return {"type": "array", "items": one, "uniqueItems": True}
    return one


def _one_of(component: Component, language: str) -> Mapping[str, Any]:
    """The options; those of a code table are told at `/code-tables`, as they change."""
    if component.code_table:
        return {"type": "string", "description": f"/code-tables/{component.code_table}"}
    options = [
        {"const": option.value, "title": component.option_label(option.value, language)}
        for option in component.options
    ]
    return {"type": "string", "oneOf": options}


def _text(component: Component) -> Mapping[str, Any]:
    rules = component.rules
    shape: dict[str, Any] = {
        "type": "string",
        "maxLength": rules.get("maxLength") or LONGEST[component.type],
    }
    if least := rules.get("minLength") or int(component.required):
        shape["minLength"] = least
    if rules.get("pattern"):
        shape["pattern"] = rules["pattern"]
    if rules.get("validationType") == "email":
        shape["format"] = "email"
    return shape


def _simple(component: Component) -> Mapping[str, Any]:
    if component.type == "number":
        return _number(component)
    if component.type == "datetime":
        return {"type": "string", "format": component.source.get("subtype") or "date"}
    if component.type == "checkbox":
        return {"type": "boolean", **({"const": True} if component.required else {})}
    if component.type == "filepicker":
        most = MOST_FILES if component.source.get("multiple") else 1
        return {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": most}
    return {}


def _number(component: Component) -> Mapping[str, Any]:
    whole = component.source.get("decimalDigits") == 0
    shape: dict[str, Any] = {"type": "integer" if whole else "number"}
    for rule, name in (("min", "minimum"), ("max", "maximum")):
        if component.rules.get(rule) is not None:
            shape[name] = float(component.rules[rule])
    return shape
