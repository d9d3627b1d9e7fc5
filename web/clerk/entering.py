"""The page on which a clerk writes answers and papers down for somebody at the desk."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import render_template, url_for
from flask_babel import gettext as _

from core.errors import N_
from core.i18n import pick, translated
from dossiers import queries
from dossiers.desk.models import DeskReception, Standing
from dossiers.desk.operations import awaits_papers
from dossiers.desk.queries import paper_components
from dossiers.desk.supplementing import asked_at_desk
from dossiers.models import Dossier
from dossiers.requests.queries import supplement_asked
from forms import Path
from forms.rendering import render_page
from web.languages import current
from web.papers import agency_of, named_documents
from web.requests import items_of
from web.visitors import known_visitor

STANDINGS: Final = {
    Standing.ONESELF: N_("The owner comes himself"),
    Standing.REPRESENTATIVE: N_("The lawful representative of the owner"),
    Standing.MANDATE: N_("By mandate of the owner"),
    Standing.RELATIVE: N_("A relative of the owner"),
}
CHANNELS: Final = {"counter": N_("At the desk"), "post": N_("By post")}
Fields = Mapping[Path, list[str]]


@dataclass(frozen=True)
class Reply:
    """The reply to a supplement as it was typed, what is wrong with it, and which boxes are ticked."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)
    done: Collection[int] | None = None


def address_of(dossier: Dossier, anchor: str = "") -> str:
    """Where a clerk goes on writing: at the first entry, or at the supplement."""
    page = "clerk.ask_desk_supplement" if awaits_papers(dossier) else "clerk.reception"
    return url_for(page, reference=dossier.reference, _anchor=anchor or None)


def entry_page(
    dossier: Dossier,
    taken: DeskReception,
    answers: Mapping[str, Any],
    fields: Fields,
    reply: Reply | None = None,
) -> str:
    """The page with what was typed and what is wrong with it; with the reply to a supplement."""
    pack, language = queries.pack_of(dossier), current()
    form = pack.form(pack.manifest.application_form)
    papers = {path[1]: said[0] for path, said in fields.items() if path[0] == "documents"}
    awaited = _supplement(dossier, reply or Reply()) if awaits_papers(dossier) else None
    told = form.error_summary(fields) if len(papers) < len(fields) else []
    return render_template(
        "clerk/reception.html" if awaited is None else "clerk/reception_supplement.html",
        dossier=dossier,
        taken=taken,
        name=pick(pack.manifest.name, language),
        standing=translated(STANDINGS[taken.standing]),
        channel=translated(CHANNELS[dossier.channel]),
        agency=agency_of(dossier),
        parts=[
            (page.title(language), render_page(form, page, answers, fields, language, bare=True))
            for page in form.pages
        ],
        problems=told + (awaited["problems"] if awaited else []),
        errors={f"paper-{kind}": _paper_missing(said) for kind, said in papers.items()},
        kinds=[(kind, pack.document_name(kind, language)) for kind in kinds_of(dossier)],
        sheets=paper_components(dossier.id),
        scans=named_documents(dossier),
        awaited=awaited,
    )


def kinds_of(dossier: Dossier) -> list[str]:
    """The papers that the service knows, those that the answers call for first."""
    pack = queries.pack_of(dossier)
    wanted = pack.required_documents(dossier.answers) if dossier.answers else []
    rest = [kind for kind in pack.manifest.documents if kind in pack.asked_documents]
    return list(dict.fromkeys([*wanted, *rest]))


def _supplement(dossier: Dossier, reply: Reply) -> dict[str, Any]:
    """What is asked, and the form of the reply."""
    item = asked_at_desk(dossier.reference, visible_to=known_visitor())
    form, asked = item.pack.form(item.task.form_key), supplement_asked(dossier)
    return {
        "asked": asked,
        "items": [
            (each, each.done if reply.done is None else each.number in reply.done)
            for each in items_of(asked, dossier)
        ],
        "fields": [
            render_page(form, page, reply.answers, reply.fields, current(), bare=True)
            for page in form.pages
        ],
        "problems": form.error_summary(reply.fields),
    }


def _paper_missing(said: str) -> str:
    return str(_("Bring or scan: %(paper)s", paper=said))
