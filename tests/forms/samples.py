"""Short ways to write forms and to read the pages that are drawn from them."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html
from werkzeug.datastructures import MultiDict

from forms import Form

YES_NO = [{"value": "yes", "label": "Có"}, {"value": "no", "label": "Không"}]
COLOURS = [
    {"value": "red", "label": "Đỏ"},
    {"value": "green", "label": "Xanh lá"},
    {"value": "blue", "label": "Xanh lam"},
]
_numbers = itertools.count(1)


def component(kind: str, key: str = "", **properties: Any) -> dict[str, Any]:
    """A form-js component; `required=True` is a short way to write the rule."""
    number = next(_numbers)
    made: dict[str, Any] = {"type": kind, "id": f"Field_{key or number}"}
    if key:
        made["path" if kind in {"group", "dynamiclist"} else "key"] = key
        made["label"] = f"Nhãn {key}"
    if properties.pop("required", False):
        made["validate"] = {"required": True} | properties.pop("validate", {})
    return made | properties


def source(*components: dict[str, Any], **properties: Any) -> bytes:
    """The JSON of a form."""
    form = {"type": "default", "id": "sample", "schemaVersion": 19, "components": components}
    return json.dumps(form | properties).encode()


def form(*components: dict[str, Any], **options: Any) -> Form:
    """A parsed form."""
    return Form.parse(source(*components), **options)


def dom(markup: str) -> Any:
    """The page as a tree."""
    return lxml_html.fromstring(f"<main id='main-content'>{markup}</main>")


def submitted(markup: str) -> MultiDict[str, str]:
    """What a browser sends when nothing is changed on the page."""
    return MultiDict(_sent(dom(markup)))


def _sent(tree: Any) -> Iterator[tuple[str, str]]:
    for field in tree.xpath("//input | //textarea | //select"):
        if field.tag == "textarea":
            yield field.get("name"), (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            yield from ((field.get("name"), one.get("value")) for one in _selected(field))
        elif field.get("type") not in {"radio", "checkbox"}:
            yield field.get("name"), field.get("value") or ""
        elif field.get("checked") is not None:
            yield field.get("name"), field.get("value")


def _selected(select: Any) -> list[Any]:
    return list(select.xpath(".//option[@selected]") or select.xpath(".//option[1]"))
