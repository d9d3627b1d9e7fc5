"""People of the staff: finding, entering, inviting, letting in and out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import browsers, links, operations, queries, second_factor, staffing
from accounts.actor import Actor
from accounts.models import Account
from core.clock import now
from core.database import transaction
from core.errors import N_
from core.i18n import official, translated
from dossiers.operations import handing_over
from web import languages
from web.admin import choices, forms
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Field, Page, Sheet
from web.cursors import cursor
from web.visitors import told

PAGE_SIZE: Final = 30


@blueprint.get("/staff")
def staff() -> str:
    """The staff, or those whose name, login or e-mail address was asked for."""
    text = request.args.get("text", "").strip()
    agency_id = request.args.get("agency", type=UUID)
    found = staffing.staff_list(
        visible_to=administrator(),
        text=text,
        agency_id=agency_id,
        after=cursor(),
        limit=PAGE_SIZE + 1,
    )
    shown = found[:PAGE_SIZE]
    return render_template(
        "admin/staff.html",
        people=shown,
        last=shown[-1].id if len(found) > PAGE_SIZE else None,
        text=text,
        agency=agency_id,
        agencies=choices.agencies(everywhere=False),
        agency_name=choices.agency_name,
    )


@blueprint.get("/staff/<uuid:account_id>")
def person(account_id: UUID) -> str:
    """One person: roles, sessions, what can be done."""
    actor = administrator()
    found = staffing.find_staff(account_id, visible_to=actor)
    return render_template(
        "admin/person.html",
        account=found,
        grants=staffing.grants_of(account_id, visible_to=actor),
        sessions=queries.sessions(account_id, visible_to=actor),
        enrolled=second_factor.is_enrolled(account_id),
        choices=choices,
        moment=now(),
        own=actor.account_id == account_id,
    )


@blueprint.get("/staff/new")
def ask_person() -> str:
    """Ask who comes."""
    return person_sheet().page()


@blueprint.post("/staff/new")
def create_person() -> Page:
    """Open the account and send the invitation."""
    return enter_person(person_sheet(), url_for("admin.staff"))


def enter_person(sheet: Sheet, address: str) -> Page:
    """Open the account that a sheet asked for, and send the invitation."""
    actor = administrator()

    def enter() -> None:
        account = staffing.create_staff(
            forms.text("login"),
            forms.text("name"),
            forms.text("email"),
            by=actor,
            agency_id=forms.identity("agency"),
            language=forms.text("language") or official(),
        )
        links.invite(account.id, by=actor)

    return sheet.done(enter, _("The account is open, and an invitation is on its way."), address)


def person_sheet(back: tuple[str, str] | None = None) -> Sheet:
    """The questions about a new person."""
    back = back or (url_for("admin.staff"), _("People and roles"))
    fields = [
        *_about(None),
        Field("login", _("Login"), _("Given once and for good.")),
        Field(
            "language",
            _("Language of e-mails"),
            kind="select",
            options=list(languages.names().items()),
        ),
    ]
    said = _("The person chooses a password with a link that we send by e-mail.")
    return Sheet(_("Enter a person"), _("Enter and invite"), fields, back, text=[said])


@blueprint.get("/staff/<uuid:account_id>/change")
def ask_change(account_id: UUID) -> str:
    """Ask what is to be corrected."""
    return _change_sheet(_found(account_id)).page()


@blueprint.post("/staff/<uuid:account_id>/change")
def change_person(account_id: UUID) -> Page:
    """Correct it."""
    actor, found = administrator(), _found(account_id)

    def change() -> None:
        staffing.change_staff(
            account_id,
            forms.text("name"),
            forms.text("email"),
            agency_id=forms.identity("agency"),
            seen_version=forms.number("seen"),
            by=actor,
        )

    return _change_sheet(found).done(change, _("Changed."), page_of(found)[0])


@dataclass(frozen=True)
class Deed:
    """What is done to an account after a question, with a reason."""

    title: str
    meaning: str
    said: str
    do: Callable[[UUID, str, Actor], object]
    grave: bool = False


def _close(account_id: UUID, reason: str, actor: Actor) -> None:
    to = forms.text("to") or None
    handing_over.close_account(account_id, reason=reason, actor=actor, to=to)


DEEDS: Final = {
    "close": Deed(
        N_("Close the account"),
        N_(
            "All browsers are signed out at once and no token works any more. The roles stay on record."
        ),
        N_("The account is closed."),
        _close,
        grave=True,
    ),
    "reopen": Deed(
        N_("Open the account again"),
        N_("The person can sign in again, with the roles that have not ended."),
        N_("The account is open again."),
        lambda account_id, reason, actor: staffing.reopen_account(
            account_id, reason=reason, by=actor
        ),
    ),
    "reset-factor": Deed(
        N_("Remove the authenticator"),
        N_("For who has lost it. All browsers are signed out; the person is told by e-mail."),
        N_("The authenticator is removed."),
        lambda account_id, reason, actor: staffing.reset_second_factor(
            account_id, reason=reason, by=actor
        ),
        grave=True,
    ),
}


@blueprint.get("/staff/<uuid:account_id>/<any('close', 'reopen', 'reset-factor'):name>")
def ask_deed(account_id: UUID, name: str) -> str:
    """Ask whether it shall really be done, and why."""
    return _deed_sheet(_found(account_id), name).page()


@blueprint.post("/staff/<uuid:account_id>/<any('close', 'reopen', 'reset-factor'):name>")
def do_deed(account_id: UUID, name: str) -> Page:
    """Do it."""
    actor, found, deed = administrator(), _found(account_id), DEEDS[name]
    sheet = _deed_sheet(found, name)
    return sheet.done(
        lambda: deed.do(account_id, forms.text("reason"), actor),
        translated(deed.said),
        page_of(found)[0],
    )


@blueprint.post("/staff/<uuid:account_id>/invite")
def invite(account_id: UUID) -> Response:
    """Send the link by which the person chooses a password."""
    actor, found = administrator(), _found(account_id)
    with transaction():
        links.invite(account_id, by=actor)
    return told(_("An invitation is on its way."), page_of(found)[0])


@blueprint.post("/staff/<uuid:account_id>/unlock")
def unlock(account_id: UUID) -> Response:
    """Forget wrong codes and asked links."""
    actor, found = administrator(), _found(account_id)
    staffing.unlock(account_id, by=actor)
    return told(_("Wrong attempts are forgotten."), page_of(found)[0])


@blueprint.post("/staff/<uuid:account_id>/sessions/end")
def end_sessions(account_id: UUID) -> Response:
    """Sign out every browser and let no token go on."""
    actor, found = administrator(), _found(account_id)
    with transaction():
        operations.revoke_sessions(account_id, by=actor)
    return told(_("All browsers are signed out."), page_of(found)[0])


@blueprint.post("/staff/<uuid:account_id>/sessions/<uuid:session_id>/end")
def end_session_of(account_id: UUID, session_id: UUID) -> Response:
    """Sign out one browser."""
    actor, found = administrator(), _found(account_id)
    with transaction():
        browsers.end_session(session_id, by=actor, of=account_id)
    return told(_("The browser is signed out."), page_of(found)[0])


def page_of(account: Account) -> tuple[str, str]:
    """The page of a person, and the name."""
    return url_for("admin.person", account_id=account.id), account.display_name


def _found(account_id: UUID) -> Account:
    return staffing.find_staff(account_id, visible_to=administrator())


def _about(account: Account | None) -> Sequence[Field]:
    home = str(account.agency_id or "") if account else ""
    return [
        Field("name", _("Name"), value=account.display_name if account else ""),
        Field("email", _("E-mail"), kind="email", value=(account.email or "") if account else ""),
        Field(
            "agency",
            _("Employed by"),
            kind="select",
            options=choices.agencies(),
            value=home,
            needed=False,
        ),
    ]


def _change_sheet(account: Account) -> Sheet:
    fields = [*_about(account), forms.seen(account.version)]
    back = page_of(account)
    return Sheet(_("Change"), _("Change"), fields, back, caption=back[1])


def _deed_sheet(account: Account, name: str) -> Sheet:
    deed, back = DEEDS[name], page_of(account)
    fields = [forms.reason_field()]
    if name == "close":
        others = staffing.staff_list(visible_to=administrator(), agency_id=account.agency_id)
        people = [
            (f"account:{each.id}", each.display_name)
            for each in others
            if each.id != account.id and each.active
        ]
        options = [("", _("Back to their queues")), *people]
        field = Field("to", _("Tasks held go to"), kind="select", options=options, needed=False)
        fields.append(field)
    return Sheet(
        translated(deed.title),
        translated(deed.title),
        fields,
        back,
        caption=back[1],
        text=[translated(deed.meaning)],
        grave=deed.grave,
    )
