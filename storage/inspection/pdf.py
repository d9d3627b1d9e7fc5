"""PDF files: they must open without repair, and do nothing by themselves when they are read.

What would act is taken out. Not so of a signed file, which would not be signed any more: it comes in
as it is or not at all, and each file attached to it must be one that might come in alone.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pikepdf

from storage.inspection.errors import ActivePdf, EncryptedPdf, FileUnreadable
from storage.inspection.names import safe_name

MOST_OBJECTS: Final = 200_000
MOST_ATTACHMENTS: Final = 50
ATTACHED: Final = "EmbeddedFiles"
BEHIND: Final = "TrailingData"
_TAIL: Final = 66_000
_ACTIVE_KEYS: Final = {
    "/JS": "JavaScript",
    "/EF": ATTACHED,
    "/EmbeddedFiles": ATTACHED,
    "/XFA": "XFA",
    "/RichMediaContent": "RichMedia",
}
# What may stay behind where nothing acts, and is taken out along with what does.
_GONE_KEYS: Final = (*_ACTIVE_KEYS, "/AA", "/AF", "/JavaScript", "/RichMediaSettings")
_ACTIVE_ACTIONS: Final = frozenset(
    {
        "/GoToE", "/GoToR", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Rendition",
        "/RichMediaExecute", "/Sound", "/SubmitForm",
    }
)  # fmt: skip
_ACTIVE_NOTES: Final = frozenset(
    {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}
)


@dataclass(frozen=True)
class Attached:
    """A file inside of a PDF."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Looked:
    """What was found in a PDF: what acts, the files it carries, and whether it is signed."""

    found: frozenset[str]
    attachments: Sequence[Attached]
    signed: bool


def look_into(source: BinaryIO, name: str) -> Looked:
    """Raises EncryptedPdf or FileUnreadable."""
    with opened(source, name) as pdf:
        found = active_content(pdf) | _behind_the_end(source)
        return Looked(frozenset(found), tuple(attachments(pdf)), is_signed(pdf))


def clean(source: BinaryIO, target: BinaryIO, name: str) -> None:
    """Write the file without what acts. Raises ActivePdf where something would be left of it.

    A form that is made of XFA alone has no pages to show without it.
    """
    with opened(source, name) as pdf:
        if "/XFA" in pdf.Root.get("/AcroForm", {}) and pdf.Root.get("/NeedsRendering", False):
            raise ActivePdf(name=name, found="XFA")
        _take_out(pdf)
        pdf.save(target)
    target.seek(0)
    left = look_into(target, name).found
    if left:
        raise ActivePdf(name=name, found=", ".join(sorted(left)))


@contextmanager
def opened(source: BinaryIO, name: str) -> Iterator[pikepdf.Pdf]:
    """The PDF; whatever its reader stumbles over makes it an unreadable file."""
    source.seek(0)
    try:
        with pikepdf.open(
            source,
            attempt_recovery=False,
            suppress_warnings=True,
            access_mode=pikepdf.AccessMode.stream,
        ) as pdf:
            if pdf.is_encrypted:
                raise EncryptedPdf(name=name)
            if not pdf.pages or len(pdf.objects) > MOST_OBJECTS:
                raise FileUnreadable(name=name)
            yield pdf
    except pikepdf.PasswordError as error:
        raise EncryptedPdf(name=name) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise FileUnreadable(name=name) from error


def active_content(pdf: pikepdf.Pdf) -> set[str]:
    """Names of what the file would do or carry; empty for one that only shows its pages."""
    found = {label for container in _dictionaries(pdf) for label in _active_parts(container)}
    if _runs_on_opening(pdf):
        found.add("OpenAction")
    return found


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether anything in it says that bytes of the file are signed."""
    return any("/ByteRange" in container for container in _dictionaries(pdf))


def attachments(pdf: pikepdf.Pdf) -> Iterator[Attached]:
    """The files inside of a PDF, wherever they hang; raises ValueError for very many."""
    number = 0
    for container in list(_dictionaries(pdf)):
        streams = container.get("/EF") if "/EF" in container else None
        if not isinstance(streams, pikepdf.Dictionary):
            continue
        told = container.get("/UF", container.get("/F", "attachment"))
        contents = {each.objgen: each for each in _values(streams) if _is_stream(each)}
        for stream in contents.values():
            number += 1
            if number > MOST_ATTACHMENTS:
                raise ValueError("too many attachments")
            yield Attached(safe_name(str(told)), bytes(stream.read_bytes()))


def _is_stream(item: Any) -> bool:
    return isinstance(item, pikepdf.Stream)


def _values(container: pikepdf.Object) -> list[Any]:
    return [container[key] for key in container.keys()]  # noqa: SIM118  # a PDF object is no dict


def _behind_the_end(source: BinaryIO) -> set[str]:
    """Whether other data follow the PDF, or a zip archive is hidden in it: it would be two files."""
    source.seek(0, io.SEEK_END)
    source.seek(max(0, source.tell() - _TAIL))
    behind = re.split(rb"%%EOF", source.read())[-1]
    hidden = zipfile.is_zipfile(source)
    return {BEHIND} if behind.strip(b"\0\t\n\f\r ") or hidden else set()


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
        children = _values(item)
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
    note = str(container.get("/Subtype", ""))
    if note in _ACTIVE_NOTES and "/Rect" in container:
        yield note.removeprefix("/")


def _runs_on_opening(pdf: pikepdf.Pdf) -> bool:
    """A mere destination is harmless: LibreOffice writes one into every file."""
    action = pdf.Root.get("/OpenAction")
    if action is None or not isinstance(action, pikepdf.Dictionary):
        return False
    return str(action.get("/S", "")) != "/GoTo" or "/Next" in action


def _take_out(pdf: pikepdf.Pdf) -> None:
    if _runs_on_opening(pdf):
        del pdf.Root["/OpenAction"]
    for container in list(_dictionaries(pdf)):
        if "/Annots" in container:
            _keep_only(container, "/Annots", lambda note: not _acts(note))
        for key in _GONE_KEYS:
            if key in container:
                del container[key]
        if str(container.get("/S", "")) in _ACTIVE_ACTIONS or _acts(container):
            for key in list(container.keys()):
                if key != "/Length":
                    del container[key]


def _acts(item: Any) -> bool:
    noted = isinstance(item, pikepdf.Dictionary) and "/Rect" in item
    return noted and str(item.get("/Subtype", "")) in _ACTIVE_NOTES


def _keep_only(container: pikepdf.Object, key: str, wanted: Callable[[Any], bool]) -> None:
    notes = container[key]
    if isinstance(notes, pikepdf.Array):
        container[key] = pikepdf.Array([note for note in notes if wanted(note)])
