"""Who is away, and who works for him: one's own, and those of one's people."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy, substitutes
from accounts.actor import Actor, Kind
from accounts.errors import ActionRefused
from accounts.models import Account
from accounts.policy import Action
from accounts.reach import administers
from accounts.substitutes import Absence
from core.clock import today
from core.database import db, transaction
from core.errors import NotFound
from web.admin import choices, forms
from web.admin.blueprint import blueprint
from web.admin.forms import Field, Page, Sheet
from web.visitors import known_visitor, told


@blueprint.get("/absences")
def absences() -> str:
    """What is or will be."""
    actor = _staff()
    return render_template(
        "admin/absences.html",
        found=substitutes.substitutions(visible_to=actor),
        choices=choices,
        administers=policy.may_ever(actor, Action.DEPARTMENT_ADMINISTER),
        own=actor.account_id,
    )


@blueprint.get("/absences/new")
def ask_substitute() -> str:
    """Ask from when until when, and who works meanwhile."""
    return _sheet(_person()).page()


@blueprint.post("/absences/new")
def name_substitute() -> Page:
    """Note it."""
    actor, person = _staff(), _person()

    def name() -> None:
        first, last = forms.day("first_day"), forms.day("last_day")
        absence = Absence(
            first or today(),
            last or today(),
            queues=forms.text("queues").replace(",", " ").split(),
            services=[each for each in [forms.text("service")] if each],
            signing="yes" in forms.texts("signing"),
            reason=forms.text("reason"),
        )
        substitutes.name_substitute(person.id, forms.identity("substitute"), absence, by=actor)

    return _sheet(person).done(name, _("The absence is entered."), url_for("admin.absences"))


@blueprint.post("/absences/<uuid:substitution_id>/end")
def end_substitution(substitution_id: UUID) -> Response:
    """Let it be over."""
    actor = _staff()
    with transaction():
        substitutes.end_substitution(substitution_id, by=actor)
    return told(_("The absence is over."), url_for("admin.absences"))


def _sheet(person: Account) -> Sheet:
    fields = _questions(person)
    if person.id != known_visitor().account_id:
        boxes = [("yes", _("What a director signs passes to the substitute, too"))]
        ticked = forms.texts("signing")
        fields.append(Field("signing", _("Signing"), kind="boxes", options=boxes, chosen=ticked))
    text = [_("New tasks pass over who is away. It ends by itself after the last day.")]
    back = (url_for("admin.absences"), _("Absences and substitutes"))
    return Sheet(
        _("Name a substitute"), _("Enter"), fields, back, caption=person.display_name, text=text
    )


def _questions(person: Account) -> list[Field]:
    colleagues = substitutes.colleagues(person)
    options = [("", _("Nobody")), *((str(each.id), each.display_name) for each in colleagues)]
    return [
        Field("first_day", _("First day away"), kind="date", value=today().isoformat()),
        Field("last_day", _("Last day away"), kind="date"),
        Field("substitute", _("Who works meanwhile"), kind="select", options=options, needed=False),
        Field(
            "service",
            _("Only this service"),
            kind="select",
            options=choices.service_options(),
            needed=False,
        ),
        Field(
            "queues",
            _("Only these queues"),
            _("Codes with blanks between them; empty for all."),
            needed=False,
        ),
        Field("reason", _("Reason"), needed=False),
    ]


def _person() -> Account:
    """Who is away: oneself, or somebody whom one administers; raises NotFound."""
    actor = _staff()
    account_id = request.args.get("person", actor.account_id, type=UUID)
    found = db.session.get(Account, account_id) if account_id else None
    if found is None or not (found.id == actor.account_id or administers(actor, found.id)):
        raise NotFound
    return found


def _staff() -> Actor:
    actor = known_visitor()
    if actor.kind is not Kind.STAFF:
        raise ActionRefused
    return actor
