"""Opening a link. The link itself changes nothing and does not stay in the address of any page."""

from typing import Final

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.actor import Kind
from accounts.errors import TooManyAttempts
from accounts.guests.errors import GuestLinkOver, SecondFactUnreadable, SecondFactWrong
from core.errors import MotcuaError
from core.i18n import pick, sentences_of
from dossiers import guests
from web import languages
from web.guest.blueprint import blueprint
from web.languages import current
from web.visitors import let_in, told, visitor

LINK: Final = "guest-link"
_NO_TRACE: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@blueprint.get("/guest/<secret>")
def link(secret: str) -> Response:
    """Take the secret out of the address into the browser's cookie, for this browser alone."""
    session[LINK] = secret[:100]
    answer = redirect(url_for("guest.fact"), 303)
    answer.headers.update(_NO_TRACE)
    return answer


@blueprint.get("/guest/open")
def fact() -> tuple[str, int]:
    """Ask for the second fact."""
    return _fact_page()


@blueprint.post("/guest/open")
def enter() -> Response | tuple[str, int]:
    """Open the dossier, or put it into the account of who has signed in."""
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _fact_page()
    try:
        return _take_over() if _may_take_over() else _let_in()
    except (SecondFactWrong, SecondFactUnreadable, TooManyAttempts) as error:
        return _fact_page(error)
    except GuestLinkOver:
        return _over_page()


def _let_in() -> Response:
    proof, dossier = guests.enter(
        session.get(LINK, ""), request.form.get("fact", ""), address=request.remote_addr or ""
    )
    let_in(proof, request.user_agent.string)
    return redirect(url_for("citizen.dossier", reference=dossier.reference), 303)


def _take_over() -> Response:
    dossier = guests.take_over(
        session.get(LINK, ""),
        request.form.get("fact", ""),
        actor=visitor(),
        address=request.remote_addr or "",
    )
    session.pop(LINK, None)
    said = _("The dossier is in your account now. The links that were mailed work no longer.")
    return told(said, url_for("citizen.dossier", reference=dossier.reference))


def _may_take_over() -> bool:
    return visitor().kind is Kind.CITIZEN


def _fact_page(error: MotcuaError | None = None) -> tuple[str, int]:
    try:
        asked = guests.fact_of_link(session.get(LINK, ""))
    except GuestLinkOver:
        return _over_page()
    page = render_template(
        "guest/fact.html",
        name=pick(asked.name, current()),
        hint=pick(asked.hint, current()),
        takes_over=_may_take_over(),
        errors={"fact": sentences_of(error)} if error else {},
    )
    return page, error.status if error else 200


def _over_page() -> tuple[str, int]:
    session.pop(LINK, None)
    return render_template("guest/over.html"), GuestLinkOver.status
