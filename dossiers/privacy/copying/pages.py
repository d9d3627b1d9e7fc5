"""Pages that can be read without us: one file each, no scripts, nothing from elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

Cell = str | Markup

_STYLE = """
body{font:18px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#0b0c0c}
h1{font-size:1.8rem}
h2{font-size:1.3rem;margin-top:2rem}
a{color:#1a65a6}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #b1b4b6}
th,td,p{overflow-wrap:anywhere;white-space:pre-line}
tbody th{width:35%}
@media(max-width:40rem){
  table,tbody,tr,td,tbody th{display:block;width:auto;border:0;padding:.1rem 0}
  thead{position:absolute;left:-99rem}
  tr{border-bottom:1px solid #b1b4b6;padding:.5rem 0}
  td[data-name]::before{content:attr(data-name) ": ";font-weight:bold}
}
"""


@dataclass(frozen=True)
class Section:
    """A heading and a table; without `columns` the first cell of each row is its name."""

    title: str
    rows: Iterable[tuple[Cell, ...]]
    columns: tuple[str, ...] = ()
    empty: str = "–"


def link(address: str, text: str) -> Markup:
    """A link to another file of the copy."""
    return Markup('<a href="{}">{}</a>').format(address, text)


def page(
    title: str, language: str, sections: Iterable[Section], *, intro: Iterable[Cell] = ()
) -> Iterator[bytes]:
    """A page in pieces, so that a long one is never whole in memory."""
    yield (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>"
    ).encode()
    for paragraph in intro:
        yield f"<p>{escape(paragraph)}</p>".encode()
    for section in sections:
        yield from _section(section)
    yield b"</main></body></html>"


def _section(section: Section) -> Iterator[bytes]:
    yield f"<h2>{escape(section.title)}</h2>".encode()
    number = 0
    for number, row in enumerate(section.rows, 1):
        if number == 1:
            yield f"<table>{_head(section.columns)}<tbody>".encode()
        yield _row(row, section.columns).encode()
    yield b"</tbody></table>" if number else f"<p>{escape(section.empty)}</p>".encode()


def _head(columns: tuple[str, ...]) -> str:
    names = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    return f"<thead><tr>{names}</tr></thead>" if columns else ""


def _row(row: tuple[Cell, ...], columns: tuple[str, ...]) -> str:
    if columns:
        named = zip(columns, row, strict=True)
        cells = [f'<td data-name="{escape(name)}">{escape(cell)}</td>' for name, cell in named]
        return f"<tr>{''.join(cells)}</tr>"
    first, *rest = (escape(each) for each in row)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{each}</td>" for each in rest)}</tr>'
