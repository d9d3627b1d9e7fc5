"""What pages show of confidential papers and of what other systems were asked about people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Flask
from flask_babel import gettext as _

from accounts.actor import Actor
from core.database import db
from core.errors import N_
from core.i18n import pick, sentences_of, translated
from dossiers import queries
from dossiers.confidential.models import DataEnquiry, EnquiryState, Source
from dossiers.confidential.queries import enquiries_of
from dossiers.models import Document, DocumentState, Dossier
from dossiers.opening import opens
from storage.inspection.errors import refusal
from web import languages
from web.visitors import known_visitor

_STATES: Final = {
    EnquiryState.ASKED: N_("asked, not answered yet"),
    EnquiryState.ANSWERED: N_("answered"),
    EnquiryState.UNAVAILABLE: N_("the system has nothing to tell"),
}
_SOURCES: Final = {
    Source.DATA: N_("data of the system"),
    Source.PAPER: N_("the paper that was sent"),
    None: N_("neither data nor paper"),
}


@dataclass(frozen=True)
class ShownEnquiry:
    """An enquiry in the reader's language; `source` is empty while the process still waits."""

    enquiry: DataEnquiry
    name: str
    purpose: str
    state: str
    source: str

    @property
    def answered(self) -> bool:
        """Whether there is something to read for who may read it."""
        return self.enquiry.state is EnquiryState.ANSWERED


def install(app: Flask) -> None:
    """Let templates ask whether the reader may open a document."""
    app.jinja_env.globals.update(
        may_open=may_open, may_be_named=may_be_named, said_of_check=said_of_check
    )


def said_of_check(document: Document) -> str:
    """Why the file of a document cannot be opened yet, or not at all; empty for one that passed."""
    if document.state is DocumentState.THERE:
        return ""
    if document.state is DocumentState.CHECKING:
        return str(_("It is being checked. Look again in a moment."))
    told = (document.findings or {})["refused"]
    return sentences_of(refusal(told["code"], told["params"]))


def may_open(document: Document) -> bool:
    """Whether the reader of the page may read what stands in a document of its list."""
    return document.state is DocumentState.THERE and may_be_named(document)


def may_be_named(document: Document) -> bool:
    """Whether the reader may know what a file is called."""
    if not document.confidential:
        return True
    dossier = db.session.get_one(Dossier, document.dossier_id)
    return opens(document, dossier, visible_to=known_visitor())


def shown_enquiries(dossier: Dossier, *, visible_to: Actor) -> list[ShownEnquiry]:
    """What other systems were asked about the person of a dossier, the oldest first.

    Most services ask nothing, and then nothing is looked up.
    """
    if not queries.pack_of(dossier).manifest.enquiries:
        return []
    return shown(enquiries_of(dossier, visible_to=visible_to), dossier)


def shown(enquiries: Sequence[DataEnquiry], dossier: Dossier) -> list[ShownEnquiry]:
    """Enquiries in the reader's language."""
    pack, language = queries.pack_of(dossier), languages.current()
    rules = pack.manifest.enquiries
    return [
        ShownEnquiry(
            each,
            pack.document_name(each.kind, language),
            pick(rules[each.kind].purpose, language) if each.kind in rules else each.purpose,
            translated(_STATES[each.state]),
            translated(_SOURCES[each.source]) if each.closed_at else "",
        )
        for each in enquiries
    ]
