"""PDF files: they must open without repair and do nothing by themselves."""

from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

from storage.inspection.errors import ActivePdf, EncryptedPdf, FileUnreadable

MOST_OBJECTS = 200_000
_ACTIVE_KEYS = {
    "/JS": "JavaScript",
    "/EF": "EmbeddedFiles",
    "/EmbeddedFiles": "EmbeddedFiles",
    "/XFA": "XFA",
}
_ACTIVE_ACTIONS = frozenset(
    {
        "/GoToE", "/GoToR", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Rendition",
        "/RichMediaExecute", "/Sound", "/SubmitForm",
    }
)  # fmt: skip


def inspect_pdf(stream: BinaryIO, name: str) -> None:
    """Raises EncryptedPdf, ActivePdf or FileUnreadable."""
    try:
        with pikepdf.open(stream, attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise EncryptedPdf(name=name)
            if not pdf.pages or len(pdf.objects) > MOST_OBJECTS:
                raise FileUnreadable(name=name)
            found = active_content(pdf)
    except pikepdf.PasswordError as error:
        raise EncryptedPdf(name=name) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise FileUnreadable(name=name) from error
    if found:
        raise ActivePdf(name=name, found=", ".join(sorted(found)))


def active_content(pdf: pikepdf.Pdf) -> set[str]:
    """Names of what the file would do or carry; empty for one that only shows its pages."""
    found = {label for container in _dictionaries(pdf) for label in _active_parts(container)}
    if _runs_on_opening(pdf):
        found.add("OpenAction")
    return found


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, those in arrays and dictionaries too, each once."""
    waiting = [item for item in pdf.objects if isinstance(item, pikepdf.Object)]
    waiting.append(pdf.trailer)
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
        waiting.extend(_direct_children(item))


def _direct_children(item: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(item, pikepdf.Array):
        children = [item[position] for position in range(len(item))]
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        children = [item[key] for key in item.keys()]  # noqa: SIM118  # a PDF object is no dict
    else:
        return
    for child in children:  # indirect ones are in pdf.objects already
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield child


def _active_parts(container: pikepdf.Object) -> Iterator[str]:
    for key, label in _ACTIVE_KEYS.items():
        if key in container:
            yield label
    action = str(container.get("/S", ""))
    if action in _ACTIVE_ACTIONS:
        yield action.removeprefix("/")


def _runs_on_opening(pdf: pikepdf.Pdf) -> bool:
    """A mere destination is harmless: LibreOffice writes one into every file."""
    action = pdf.Root.get("/OpenAction")
    if action is None or not isinstance(action, pikepdf.Dictionary):
        return False
    return str(action.get("/S", "")) != "/GoTo" or "/Next" in action
