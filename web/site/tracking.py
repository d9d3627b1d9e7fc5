"""Following a dossier that was taken in at the desk, without an account: by code and second fact."""

from flask import render_template, request

from accounts.errors import TooManyAttempts
from core.i18n import pick, sentences_of
from dossiers import queries
from dossiers.deadlines import deadline_of
from dossiers.desk.errors import NotTracked
from dossiers.desk.tracking import track
from dossiers.guest_rules import guest_rules
from web.languages import current
from web.papers import agency_of, names_of
from web.site.blueprint import blueprint
from web.wording import happenings


@blueprint.get("/track")
def ask_to_track() -> str:
    """Ask for the code on the receipt, and for what was told at the desk."""
    return _page("", {})


@blueprint.post("/track")
def track_dossier() -> str | tuple[str, int]:
    """Where the dossier stands; nothing about people is shown."""
    code, fact = request.form.get("code", "")[:100], request.form.get("fact", "")[:100]
    try:
        dossier = track(code, fact, address=request.remote_addr or "")
    except (NotTracked, TooManyAttempts) as error:
        return _page(code, {"code": sentences_of(error)}), error.status
    return render_template(
        "site/tracked.html",
        dossier=dossier,
        name=names_of([dossier])[dossier.id],
        agency=agency_of(dossier),
        happenings=happenings(queries.timeline(dossier)),
        deadline=deadline_of(dossier),
    )


def _page(code: str, errors: dict[str, str]) -> str:
    fact = guest_rules().fact if guest_rules().code else None
    return render_template(
        "site/track.html",
        code=code,
        errors=errors,
        fact=(pick(fact.name, current()), pick(fact.hint, current())) if fact else None,
    )
