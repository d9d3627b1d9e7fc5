"""Whether a signed file is genuine: anybody brings it, nothing of it is kept."""

from typing import Final

from flask import render_template, request
from flask_babel import gettext, lazy_gettext

from core.errors import N_
from dossiers.verdicts import SENTENCES
from dossiers.verifying import Answer, check
from web import limits
from web.limits import limiter
from web.verify.views import blueprint

_GOOD: Final = frozenset({Answer.IN_FORCE, Answer.SIGNED})
_NOW: Final = {
    True: lazy_gettext("Yes"),
    False: lazy_gettext("No"),
    None: lazy_gettext("Not known"),
}
_FACTS: Final = {
    "Number": lazy_gettext("Number"),
    "IssuedOn": lazy_gettext("Issued on"),
    "Agency": lazy_gettext("Agency"),
    "Holder": lazy_gettext("Holder"),
    "CheckAddress": lazy_gettext("Address in the QR code"),
}
NO_FILE: Final = N_("Choose the PDF or XML file that you were given")


@blueprint.post("/verify")
@limiter.limit(limits.FILE_CHECK)
def check_file() -> str | tuple[str, int]:
    """The report on a file."""
    sent = request.files.get("file")
    content = sent.stream.read() if sent else b""
    if sent is None or not content:
        return render_template("verify/ask.html", failed=True, no_file=gettext(NO_FILE)), 422
    found = check(content)
    return render_template(
        "verify/file.html",
        name=sent.filename or "",
        found=found,
        report=found.report,
        good=found.answer in _GOOD,
        sentence=gettext(SENTENCES[found.answer]),
        now=_NOW,
        fact_name=lambda name: str(_FACTS.get(name, name.removeprefix("fact:"))),
    )
