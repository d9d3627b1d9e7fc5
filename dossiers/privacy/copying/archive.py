"""Writing the copy: a ZIP, piece by piece, so that it takes no more memory than one page of rows."""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final
from uuid import UUID

import orjson
from flask_babel import force_locale

from accounts.actor import Actor
from accounts.models import Account
from core.clock import now
from core.database import db
from core.i18n import translated
from dossiers.context import jurisdiction
from dossiers.holdings.models import Holding
from dossiers.models import Document
from dossiers.privacy.copying import words
from dossiers.privacy.copying.cases import Case, case_of, dossiers_of
from dossiers.privacy.copying.pages import Cell, Section, link, page
from dossiers.privacy.copying.person import (
    Told,
    account_of,
    deeds_of,
    holdings_of,
    identities_of,
    kept_files,
    mandates_of,
    memberships_of,
    roles_of,
    sessions_of,
)
from storage import store
from storage.errors import DocumentMissing
from storage.inspection.names import safe_name

CHUNK: Final = 1 << 16
# Papers are mostly compressed already: what is gained by trying is not worth the time.
_PLAIN: Final = zipfile.ZIP_STORED
DossierLine = tuple[Cell, ...]


def write_copy(file: BinaryIO, actor: Actor, language: str) -> None:
    """Write everything kept about a person; he sees what his own rights, and no role, show him."""
    account = db.session.get_one(Account, actor.account_id)
    with force_locale(language), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        references: dict[UUID, str] = {}
        lines = [
            _add_case(archive, case_of(each, actor, language), references, language)
            for each in dossiers_of(actor)
        ]
        kept = kept_files(actor)
        for name, holding in kept:
            _add_file(archive, name, holding)
        told = [*_told(account, language), holdings_of(kept)]
        for each in told:
            archive.writestr(f"{each.name}.json", _json(each.content))
        _add_record(archive, actor, references, language)
        sections = [*(each.section for each in told), _dossiers(lines), _record_link()]
        title, intro = translated(words.TITLE), _intro(account)
        _write(archive, "index.html", page(title, language, sections, intro=intro))


def _told(account: Account, language: str) -> list[Told]:
    return [
        account_of(account),
        identities_of(account.id),
        sessions_of(account.id),
        memberships_of(account.id),
        mandates_of(account.id),
        roles_of(account.id, language),
    ]


def _intro(account: Account) -> list[str]:
    told = {"login": account.login, "address": jurisdiction().public_url}
    return [translated(each, {"moment": words.moment(now()), **told}) for each in words.INTRO]


def _dossiers(lines: list[DossierLine]) -> Section:
    columns = (words.REFERENCE, words.SERVICE, words.STATUS)
    return Section(translated(words.DOSSIERS), lines, tuple(map(translated, columns)))


def _record_link() -> Section:
    title = translated(words.RECORD)
    return Section(title, [(link("record.html", title), translated(words.RECORD_INTRO))])


def _add_case(
    archive: zipfile.ZipFile, case: Case, references: dict[UUID, str], language: str
) -> DossierLine:
    """Write a dossier with its documents; returns its line of the first page."""
    dossier = case.dossier
    references[dossier.id] = dossier.reference
    folder = f"dossiers/{safe_name(dossier.reference)}"
    for name, document in case.files:
        _add_file(archive, f"{folder}/{name}", document)
    archive.writestr(f"{folder}/dossier.json", _json(case.content))
    title = dossier.code or dossier.reference
    back = [link("../../index.html", translated(words.BACK))]
    _write(archive, f"{folder}/index.html", page(title, language, case.sections, intro=back))
    address = link(f"{folder}/index.html", dossier.reference)
    return address, case.service, words.status_name(dossier.status)


def _add_file(archive: zipfile.ZipFile, name: str, document: Document | Holding) -> None:
    """A document as it is stored; one that is no longer there is named by an empty file."""
    about = zipfile.ZipInfo(name, date_time=document.added_at.timetuple()[:6])
    about.compress_type = _PLAIN
    try:
        stored = store().open(document.storage_key, sha256=document.sha256)
    except DocumentMissing:
        archive.writestr(f"{name}.missing.txt", translated(words.WITHDRAWN_FILE))
        return
    with stored, archive.open(about, "w", force_zip64=True) as target:
        shutil.copyfileobj(stored, target, CHUNK)


def _add_record(
    archive: zipfile.ZipFile, actor: Actor, references: dict[UUID, str], language: str
) -> None:
    """The deeds, read twice: for people and for programs."""
    rows = (
        (words.moment(each["at"]), each["what"], each["about"] or "–", each["by"])
        for each in deeds_of(actor, references)
    )
    columns = tuple(map(translated, (words.WHEN, words.WHAT, words.ABOUT, words.BY)))
    title = translated(words.RECORD)
    intro = [link("index.html", translated(words.BACK)), translated(words.RECORD_INTRO)]
    _write(
        archive, "record.html", page(title, language, [Section(title, rows, columns)], intro=intro)
    )
    _write(archive, "record.json", _lines(deeds_of(actor, references)))


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    separator = b"["
    for row in rows:
        yield separator + orjson.dumps(row)
        separator = b",\n"
    yield b"[]" if separator == b"[" else b"]"


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as target:
        for piece in pieces:
            target.write(piece)


def _json(content: Any) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2)
