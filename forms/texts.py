"""Texts made fit to keep and safe to show: what people type, and designers' Markdown and HTML."""

import re
import unicodedata
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from markupsafe import Markup

_CLASSES = {
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "a": "govuk-link",
}
_PLAIN = frozenset({"strong", "em", "b", "i", "li", "br"})
_DROPPED_WHOLE = frozenset({"script", "style", "template", "iframe", "object", "svg", "math"})
_SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^()\s]+)\)")


def tidy(text: str, *, lines: bool) -> str:
    """Composed Unicode, no control characters, no spaces at the ends; one line unless `lines`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    text = unicodedata.normalize("NFC", "".join(kept))
    return text.strip() if lines else " ".join(text.split())


def markdown(text: str) -> Markup:
    """Paragraphs, `#` headings, `-` lists, **bold** and [links](https://…); all else as it is."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup("\n").join(
        _block(block.strip()) for block in blocks if block.strip()
    )  # each block is escaped


def clean_html(text: str) -> Markup:
    """The HTML with only headings, paragraphs, lists, emphasis and safe links left in it."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return Markup("".join(cleaner.kept))  # noqa: S704  # built from an allow-list


def _block(block: str) -> Markup:
    lines = block.split("\n")
    if heading := re.match(r"#{1,6}\s+", block):
        tag = "h2" if heading.end() - 1 <= 2 else "h3"  # noqa: PLR2004  # # and ## are large
        return _tag(tag, _inline(block[heading.end() :]))
    if all(re.match(r"\s*[-*]\s+", line) for line in lines):
        items = (_inline(re.sub(r"^\s*[-*]\s+", "", line)) for line in lines)
        return _tag("ul", "".join(f"<li>{item}</li>" for item in items))
    return _tag("p", "<br>".join(_inline(line) for line in lines))


def _tag(name: str, content: str) -> Markup:
    html = f'<{name} class="{_CLASSES[name]}">{content}</{name}>'
    return Markup(html)  # noqa: S704  # _inline escaped the content


def _inline(text: str) -> str:
    linked = _LINK.sub(_link, escape(text))
    return _BOLD.sub(r"<strong>\1</strong>", linked)


def _link(match: re.Match[str]) -> str:
    if not _SAFE_LINK.match(match[2]):
        return match[0]
    return f'<a class="{_CLASSES["a"]}" href="{match[2]}">{match[1]}</a>'


class _Cleaner(HTMLParser):
    """Rebuilds the allowed part of a document; of all else only the text stays."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        self._open: list[str] = []
        self._dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep allowed tags, with our classes and none of their own attributes but safe links."""
        self._dropping += tag in _DROPPED_WHOLE
        if self._dropping or tag not in _CLASSES.keys() | _PLAIN:
            return
        if tag != "br":
            self._open.append(tag)
        self.kept.append(f"<{tag}{self._attributes(tag, dict(attrs))}>")

    def handle_endtag(self, tag: str) -> None:
        """Close what is open, inner ones first."""
        if tag in _DROPPED_WHOLE:
            self._dropping = max(0, self._dropping - 1)
        while tag in self._open and not self._dropping:
            inner = self._open.pop()
            self.kept.append(f"</{inner}>")
            if inner == tag:
                break

    def handle_data(self, data: str) -> None:
        """Text is escaped."""
        if not self._dropping:
            self.kept.append(escape(data))

    def close(self) -> None:
        """Close what the author forgot to close."""
        super().close()
        self.kept.extend(f"</{tag}>" for tag in reversed(self._open))

    def _attributes(self, tag: str, given: dict[str, str | None]) -> str:
        attributes = f' class="{_CLASSES[tag]}"' if tag in _CLASSES else ""
        target = (given.get("href") or "").strip() if tag == "a" else ""
        if _SAFE_LINK.match(target):
            attributes += f' href="{escape(target)}"'
        return attributes


SAFE_TEXT: dict[str, tuple[str, Callable[[str], Markup]]] = {
    "text": ("text", markdown),
    "html": ("content", clean_html),
}
