"""Files inside of a signed PDF, which stay there: each is data, or might come in alone."""

import io
from collections.abc import Callable, Sequence
from typing import Final

from storage.inspection.errors import AttachmentRefused, UploadRefused
from storage.inspection.names import extension
from storage.inspection.pdf import Attached

DATA: Final = frozenset({"xml", "json", "csv", "txt"})
# As text these are programs or pages that run some.
_PAGES: Final = ("<!doctype", "<html", "<svg", "<script", "<xsl:stylesheet", "<?php", "#!", "<hta:")
_HEAD: Final = 4_096


def require_harmless(
    name: str, found: Sequence[Attached], look: Callable[[io.BytesIO, str], None]
) -> None:
    """`look` refuses what could not come in alone. Raises AttachmentRefused, which names the first."""
    for each in found:
        if _is_data(each):
            continue
        try:
            look(io.BytesIO(each.content), each.name)
        except UploadRefused as error:
            raise AttachmentRefused(name=name, inner=each.name) from error


def _is_data(each: Attached) -> bool:
    if extension(each.name) not in DATA or b"\0" in each.content:
        return False
    try:
        text = each.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    head = text[:_HEAD].lower()
    return not any(word in head for word in _PAGES)
