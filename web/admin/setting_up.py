"""The first start: from the code of the console to the first dossier, step by step.

Every step can be left and taken up again; what is done is seen from what is there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from accounts import first_run, links, operations
from accounts.actor import Kind, Role
from accounts.authentication import Authentication
from accounts.department_errors import CodeOfFirstRunWrong, FirstRunOver
from accounts.errors import EmailInvalid, LoginTaken, PasswordTooWeak
from accounts.models import Account, Agency, RoleGrant, Unit
from core.database import db, transaction
from core.errors import N_
from core.i18n import pick, sentences_of, translated
from dossiers.models import Dossier
from web.admin import accounts, agencies, choices, forms, roles, units
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Faulty, Field, Page, Sheet
from web.languages import current
from web.visitors import let_in, told
from workflows.queries import services


@dataclass(frozen=True)
class Step:
    """One step: what it is for, and the query that finds something once it is done."""

    name: str
    title: str
    meaning: str
    done_by: Callable[[], Select[Any]] | None


STEPS: Final = (
    Step(
        "agency",
        N_("Enter the first agency"),
        N_("The body that settles dossiers, with the ending of its numbers."),
        lambda: select(Agency.id),
    ),
    Step(
        "unit",
        N_("Enter its units"),
        N_("Departments, if work is divided among them."),
        lambda: select(Unit.id),
    ),
    Step(
        "people",
        N_("Enter the people"),
        N_("A second administrator, a clerk at the desk, an officer, a director."),
        lambda: select(Account.id).where(Account.kind == Kind.STAFF).offset(1),
    ),
    Step(
        "roles",
        N_("Give roles"),
        N_("Until you finish, you alone decide on them; afterwards authority needs two."),
        lambda: select(RoleGrant.id).where(RoleGrant.role != Role.ADMINISTRATOR),
    ),
    Step(
        "service",
        N_("Look at the services on offer"),
        N_("What people can apply for. Switch off what you do not settle."),
        None,
    ),
    Step(
        "dossier",
        N_("Try a first dossier"),
        N_("With an account of an applicant made for the trial."),
        lambda: select(Dossier.id),
    ),
)
NAMES: Final = tuple(each.name for each in STEPS)


@blueprint.get("/first-run")
def begin() -> str:
    """Ask for the code of the console and for the first administrator."""
    if not first_run.waits_for_code():
        raise FirstRunOver
    return _first_sheet().page()


@blueprint.post("/first-run")
def become() -> Page:
    """Open the first account and sign it in."""
    sheet, code = _first_sheet(), forms.text("code")
    try:
        first_run.require_code(code, address=request.remote_addr or "")
        email = forms.text("email")
        links.require_address(email)
        with transaction():
            account_id = first_run.become_administrator(
                forms.text("login"),
                forms.text("name"),
                email,
                request.form.get("password", ""),
                code=code,
                language=current(),
            )
    except CodeOfFirstRunWrong as error:
        return sheet.page({"code": sentences_of(error)}), error.status
    except EmailInvalid as error:
        return sheet.page({"email": sentences_of(error)}), error.status
    except PasswordTooWeak as error:
        return sheet.page({"password": sentences_of(error)}), error.status
    except LoginTaken as error:
        return sheet.page({"login": sentences_of(error)}), error.status
    let_in(Authentication(account_id), request.user_agent.string)
    return redirect(url_for("admin.steps"), 303)


def _first_sheet() -> Sheet:
    fields = [
        Field("code", _("Code"), _("The console of the server printed it at its start.")),
        Field("name", _("Your name")),
        Field("email", _("E-mail"), kind="email"),
        Field("login", _("Login"), _("Given once and for good.")),
        Field(
            "password",
            _("Password"),
            _("At least 12 characters. A sentence of four or more words is good."),
            kind="password",
        ),
    ]
    said = _("Nobody has an account yet. You become the first administrator.")
    back = (url_for("site.home"), _("Services"))
    return Sheet(_("Set up this authority"), _("Begin"), fields, back, text=[said])


@blueprint.get("/first-run/steps")
def steps() -> str:
    """What is done, what was left for later, and what comes next."""
    left = first_run.steps_left(administrator())
    states = [(each, _state(each, left)) for each in STEPS]
    following = next((each.name for each, state in states if state == "open"), None)
    return render_template("admin/steps.html", states=states, next=following, translated=translated)


@blueprint.get("/first-run/steps/<name>")
def step(name: str) -> str | Response:
    """One step."""
    first_run.steps_left(administrator())
    if name == "service":
        return render_template("admin/services.html", services=services(), text=_text)
    sheet = _sheet(name)
    if sheet is None:
        return told(_("Enter an agency and people first."), url_for("admin.steps"))
    return sheet.page()


@blueprint.post("/first-run/steps/<name>")
def do_step(name: str) -> Page:
    """Do it, or leave it for later."""
    actor, address = administrator(), url_for("admin.steps")
    first_run.steps_left(actor)
    if name in NAMES and (name == "service" or "later" in request.args):
        with transaction():
            first_run.pass_over(name, by=actor)
        return redirect(address, 303)
    sheet = _sheet(name)
    if sheet is None:
        return redirect(address, 303)
    return _DEEDS[name](sheet, address)


@blueprint.post("/first-run/finish")
def finish() -> Response:
    """Close the first start for good."""
    actor = administrator()
    with transaction():
        first_run.finish(by=actor)
    return told(_("The authority is set up."), url_for("admin.overview"))


def _sheet(name: str) -> Sheet | None:
    back = (url_for("admin.steps"), _("Set up this authority"))
    own = choices.own_agencies(open_only=True)
    people = _colleagues()
    if name == "agency":
        return agencies.agency_sheet(back)
    if name == "unit" and own:
        return units.unit_sheet(own[0].id, back)
    if name == "people":
        return accounts.person_sheet(back)
    if name == "roles" and people:
        return _role_sheet(people, back)
    if name == "dossier":
        return _applicant_sheet(back)
    return None


def _enter_unit(sheet: Sheet, address: str) -> Page:
    return units.enter_unit(sheet, choices.own_agencies(open_only=True)[0].id, address)


def _give_role(sheet: Sheet, address: str) -> Page:
    person = next((each for each in _colleagues() if str(each.id) == forms.text("person")), None)
    if person is None:
        return sheet.page({"person": _("Choose one of the list")}), 400
    return roles.enter_role(sheet, person, address)


def _enter_applicant(sheet: Sheet, address: str) -> Page:
    actor = administrator()

    def enter() -> None:
        email = forms.text("email")
        if not links.is_address(email):
            raise Faulty({"email": _("Write it like name@example.vn, one address only.")})
        account = operations.create_account(
            forms.text("login"), forms.text("name"), kind=Kind.CITIZEN, by=actor, email=email
        )
        links.invite(account.id, by=actor)

    said = _("Open the link of the e-mail in another browser, sign in and apply.")
    return sheet.done(enter, said, address)


_DEEDS: Final[dict[str, Callable[[Sheet, str], Page]]] = {
    "agency": agencies.enter_agency,
    "unit": _enter_unit,
    "people": accounts.enter_person,
    "roles": _give_role,
    "dossier": _enter_applicant,
}


def _role_sheet(people: Sequence[Account], back: tuple[str, str]) -> Sheet:
    known = roles.role_sheet(people[0], back)
    options = [(str(each.id), each.display_name) for each in people]
    fields = [Field("person", _("Person"), kind="select", options=options), *known.fields]
    return Sheet(known.title, known.button, fields, back, text=[translated(STEPS[3].meaning)])


def _applicant_sheet(back: tuple[str, str]) -> Sheet:
    fields = [
        Field("name", _("Name"), value=_("Trial applicant")),
        Field("email", _("E-mail"), kind="email"),
        Field("login", _("Login"), value="trial"),
    ]
    said = [
        _("Applicants sign in with the national identity. For the trial, open one local account."),
        _("We send a link; open it in another browser, choose a password, sign in and apply."),
    ]
    return Sheet(_("Try a first dossier"), _("Open the account"), fields, back, text=said)


def _colleagues() -> Sequence[Account]:
    return db.session.scalars(
        select(Account)
        .where(Account.kind == Kind.STAFF, Account.id != administrator().account_id)
        .order_by(Account.id.desc())
    ).all()


def _state(step: Step, left: frozenset[str]) -> str:
    done = step.done_by is not None and db.session.scalar(step.done_by().limit(1)) is not None
    if done or (step.done_by is None and step.name in left):
        return "done"
    return "later" if step.name in left else "open"


def _text(texts: dict[str, str]) -> str:
    return pick(texts, current())
