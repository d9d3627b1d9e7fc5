"""The way through an application: its pages of questions, its documents, the check at the end."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from core.errors import NotFound
from dossiers import queries
from dossiers.models import Dossier, DossierStatus
from forms import AnswersInvalid, Form, Page
from web import languages


@dataclass(frozen=True)
class Step:
    """One stop on the way."""

    title: str
    address: str
    done: bool


def form_of(dossier: Dossier) -> Form:
    """The application form of the dossier's service version."""
    pack = queries.pack_of(dossier)
    return pack.form(pack.manifest.application_form)


def pages_of(dossier: Dossier) -> tuple[Page, ...]:
    """The pages that the answers so far call for."""
    return form_of(dossier).visible_pages(dossier.answers)


def page_of(dossier: Dossier, page_id: str) -> Page:
    """A page by its id; raises NotFound."""
    page = form_of(dossier).page(page_id)
    if page is None:
        raise NotFound
    return page


def steps(dossier: Dossier) -> list[Step]:
    """Every stop with whether it is done."""
    language = languages.current()
    questions = [
        Step(page.title(language), _question(dossier, page), is_complete(dossier, page))
        for page in pages_of(dossier)
    ]
    attached = not queries.missing_documents(dossier)
    papers = url_for("citizen.documents", reference=dossier.reference)
    check = url_for("citizen.check", reference=dossier.reference)
    return [
        *questions,
        Step(_("Documents"), papers, attached),
        Step(_("Check and send"), check, done=False),
    ]


def first(dossier: Dossier) -> str:
    """The address of the first page that is not complete, or of the documents."""
    open_pages = [page for page in pages_of(dossier) if not is_complete(dossier, page)]
    if open_pages:
        return _question(dossier, open_pages[0])
    return url_for("citizen.documents", reference=dossier.reference)


def after(dossier: Dossier, page: Page, *, correcting: bool) -> str:
    """Where a page leads; a correction leads back to the check unless it raised new questions."""
    later = [each for each in pages_of(dossier) if each.position > page.position]
    if correcting:
        later = [each for each in later if not is_complete(dossier, each)]
    if later:
        return _question(dossier, later[0], correcting=correcting)
    if correcting:
        return home(dossier)
    return url_for("citizen.documents", reference=dossier.reference)


def before(dossier: Dossier, page: Page, *, correcting: bool) -> str:
    """Where the back link of a page leads."""
    earlier = [each for each in pages_of(dossier) if each.position < page.position]
    if correcting:
        return home(dossier)
    if earlier:
        return _question(dossier, earlier[-1])
    return url_for("citizen.dossier", reference=dossier.reference)


def home(dossier: Dossier) -> str:
    """The page that gathers everything: the check of a draft, or the reply to the agency."""
    asked = dossier.status is DossierStatus.AWAITING_SUPPLEMENT
    return url_for("citizen.supplement" if asked else "citizen.check", reference=dossier.reference)


def questions(dossier: Dossier) -> dict[str, str]:
    """What the questions of the form are called, by their keys."""
    rows = form_of(dossier).summary(dossier.answers, languages.current())
    return {str(row.path[0]): row.label for row in rows}


def is_complete(dossier: Dossier, page: Page) -> bool:
    """Whether the page's answers would be accepted as they are."""
    try:
        form_of(dossier).load_page(
            page, dossier.answers, languages.current(), context=dossier.answers
        )
    except AnswersInvalid:
        return False
    return True


def _question(dossier: Dossier, page: Page, *, correcting: bool = False) -> str:
    return url_for(
        "citizen.question",
        reference=dossier.reference,
        page_id=page.id,
        back="check" if correcting else None,
    )
