"""Whether a notice is genuine and still valid. Shows what the law makes public, nothing else."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from core.i18n import pick
from dossiers import register
from dossiers.errors import EntryNotFound
from dossiers.models import RegisterEntry
from web import limits
from web.cursors import cursor
from web.languages import current
from web.limits import limiter
from web.papers import fact_text
from workflows.queries import service_version

PAGE_SIZE = 20

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
        return render_template("verify/unknown.html", code=code), 404
    return render_template("verify/result.html", entry=entry, facts=_facts(entry))


@blueprint.get("/register")
@limiter.limit(limits.PUBLIC_CHECK)
def search() -> str:
    """The public register, searched by number, holder or the holder's number."""
    text = request.args.get("text", "").strip()
    found = register.entries(text=text, after=cursor(), limit=PAGE_SIZE + 1)
    return render_template(
        "verify/search.html",
        text=text,
        entries=found[:PAGE_SIZE],
        last=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
    )


def _facts(entry: RegisterEntry) -> list[tuple[str, str]]:
    """The published facts with their names, in the order of the service's manifest."""
    pack = service_version(entry.service_version)
    return [
        (pick(name, current()), fact_text(pack, fact, entry.facts[fact], entry.issued_on))
        for fact, name in pack.manifest.fact_names.items()
        if entry.facts.get(fact) is not None
    ]
