"""Whether a notice is genuine and still valid. Shows what the law makes public, nothing else."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from core.database import db
from dossiers import register
from dossiers.errors import EntryNotFound
from dossiers.models import RegisterEntry
from dossiers.register_entries.models import EntryState
from web import limits
from web.cursors import cursor
from web.limits import limiter
from web.register_words import facts_of, verdict

PAGE_SIZE = 20
LONGEST_TEXT = 100
STATES = ("valid", "suspended", "withdrawn", "expired", "replaced")

blueprint = Blueprint("verify", __name__, template_folder="templates")


@blueprint.get("/verify")
def ask() -> str | Response:
    """The question for a number or code; with an answer, on to the result."""
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for("verify.result", code=number), 303)
    return render_template("verify/ask.html", failed="number" in request.args)


@blueprint.get("/verify/<path:code>")
@limiter.limit(limits.PUBLIC_CHECK)
def result(code: str) -> str | tuple[str, int]:
    """What the register says about a number or a code; where the QR code of a notice leads."""
    try:
        entry = register.find_entry(code)
    except EntryNotFound:
        return _copy_page(code)
    state = register.state_of(entry)
    return render_template(
        "verify/result.html",
        entry=entry,
        state=state,
        verdict=verdict(state),
        ended_on=register.ended_on(entry),
        follower=_follower(entry),
        facts=facts_of(entry),
        changes=register.changes_of(entry),
    )


@blueprint.get("/register")
@limiter.limit(limits.PUBLIC_CHECK)
def search() -> str:
    """The public register, searched by number, holder or public facts."""
    text = request.args.get("text", "").strip()[:LONGEST_TEXT]
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    found = register.entries(text=text, state=state, after=cursor(), limit=PAGE_SIZE + 1)
    return render_template(
        "verify/search.html",
        text=text,
        state=state,
        states=STATES,
        state_of=register.state_of,
        entries=found[:PAGE_SIZE],
        last=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
    )


def _copy_page(code: str) -> str | tuple[str, int]:
    found = register.find_copy(code)
    if found is None:
        return render_template("verify/unknown.html", code=code), 404
    now = register.state_of(found.entry)
    return render_template("verify/copy.html", found=found, copy=found.copy, state=now)


def _follower(entry: RegisterEntry) -> str:
    """The number that took an entry's place."""
    if entry.replaced_by is None or entry.state != EntryState.REPLACED:
        return ""
    return db.session.get_one(RegisterEntry, entry.replaced_by).number
