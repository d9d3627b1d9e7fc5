"""The words of a copy, in its reader's language."""

from datetime import datetime
from typing import Final

from flask_babel import format_datetime

from accounts.actor import OrganisationRole, Role
from accounts.models import MembershipState
from core.errors import N_
from core.i18n import translated
from dossiers.audit import DossierTag
from dossiers.looks import Purpose
from dossiers.models import DossierStatus

TITLE: Final = N_("Everything that is kept about you")
INTRO: Final = (
    N_("This copy was made on %(moment)s for the account %(login)s, on %(address)s."),
    N_("The same stands in the JSON files beside these pages, for programs. Keep the copy safe."),
    N_("It tells of nobody else: names of officers and of other people are left out."),
)
ACCOUNT: Final = N_("Your account")
NAME, LOGIN, EMAIL = N_("Name"), N_("Login"), N_("E-mail")
LANGUAGE, OPENED = N_("Language"), N_("Opened")
AUTHENTICATOR, CODES_LEFT = N_("Authenticator"), N_("Recovery codes left")
IDENTITIES, PROVIDER, NUMBER = N_("Identities"), N_("Provider"), N_("Identity number")
KNOWN_AS, SINCE, LAST_USED = N_("Known there as"), N_("Since"), N_("Last used")
SESSIONS, BROWSER, LAST_SEEN, UNTIL = (
    N_("Browsers signed in"),
    N_("Browser"),
    N_("Last seen"),
    N_("Until"),
)
MEMBERSHIPS, ORGANISATION, ROLE, STATE = (
    N_("Organisations"),
    N_("Organisation"),
    N_("Role"),
    N_("State"),
)
MANDATES, SIDE, FOR_WHAT = N_("Mandates"), N_("You are"), N_("For what")
AGENT, PRINCIPAL = N_("the agent"), N_("the one who gave it")
ROLES, SERVICE, AGENCY = N_("Roles at the authority"), N_("Service"), N_("Agency")
DOSSIERS, REFERENCE, STATUS = N_("Dossiers"), N_("Reference"), N_("Status")
STORE, PAPER, ISSUER = N_("Documents in your store"), N_("Number"), N_("Issued by")
RECORD_INTRO: Final = N_(
    "Every line is one deed, in the words of the record: where, what about, and what was done."
)
RECORD, WHEN, WHAT, ABOUT, BY = (
    N_("Record of deeds"),
    N_("When"),
    N_("What"),
    N_("About"),
    N_("By"),
)
YOURSELF, AUTHORITY, SYSTEM = N_("yourself"), N_("the authority"), N_("the system")
CODE, SENT, RECEIVED, SETTLED = N_("National code"), N_("Sent"), N_("Received"), N_("Settled")
ENQUIRIES: Final = N_("Data asked of other systems")
LEGAL_BASIS, ANSWERED_ON = N_("Legal basis"), N_("Answered on")
REQUESTS, REASON, ANSWER = N_("Requests"), N_("Reason"), N_("Answer")
HISTORY, ANSWERS, FEES, AMOUNT = N_("What happened"), N_("Answers"), N_("Fees"), N_("Amount")
FEE_LINES: Final = N_("What the fees are for")
FEE, RULE, TAKEN_OFF = N_("Fee"), N_("Rule"), N_("Taken off by")
DOCUMENTS, KIND, FILE, ADDED = N_("Documents"), N_("Kind"), N_("File"), N_("Added")
RESULT, RULES, LOOKS, PURPOSE = (
    N_("Result"),
    N_("Why rules answered as they did"),
    N_("Who looked at it"),
    N_("Purpose"),
)
BACK, YES, NO, PAID = N_("Back"), N_("Yes"), N_("No"), N_("Paid")
WITHDRAWN_FILE: Final = N_("no longer stored")

_STATUSES: Final = {
    DossierStatus.DRAFT: N_("Draft"),
    DossierStatus.SUBMITTED: N_("Submitted"),
    DossierStatus.AWAITING_PAYMENT: N_("Waiting for payment"),
    DossierStatus.AWAITING_SUPPLEMENT: N_("Waiting for a supplement"),
    DossierStatus.RECEIVED: N_("Received"),
    DossierStatus.PROCESSING: N_("In process"),
    DossierStatus.FINISHED: N_("Result ready"),
    DossierStatus.DELIVERED: N_("Result delivered"),
    DossierStatus.NOT_ACCEPTED: N_("Not accepted"),
    DossierStatus.WITHDRAWN: N_("Withdrawn"),
    DossierStatus.STOPPED: N_("Stopped"),
}
_ROLES: Final[dict[str, str]] = {
    OrganisationRole.REPRESENTATIVE: N_("Legal representative"),
    OrganisationRole.ADMINISTRATOR: N_("Administrator"),
    OrganisationRole.SIGNATORY: N_("Signatory"),
    OrganisationRole.DRAFTER: N_("Drafter"),
    OrganisationRole.PAYER: N_("Payer"),
    OrganisationRole.READER: N_("Reader"),
    Role.DESK_CLERK: N_("Desk clerk"),
    Role.OFFICER: N_("Officer"),
    Role.DIRECTOR: N_("Director"),
    Role.AUDITOR: N_("Auditor"),
    Role.OPERATOR: N_("Operator"),
}
_STATES: Final[dict[str, str]] = {
    MembershipState.PENDING: N_("Waits to be confirmed"),
    MembershipState.ACTIVE: N_("Confirmed"),
    MembershipState.REFUSED: N_("Refused"),
    "created": N_("to be paid"),
    "pending": N_("to be paid"),
    "paid": N_("paid"),
    "paid-late": N_("paid too late, to be given back"),
}
_PURPOSES: Final = {
    Purpose.HANDLING: N_("Handling the dossier"),
    Purpose.AUDIT: N_("Audit"),
    Purpose.OPERATION: N_("Operation of the system"),
    Purpose.PROCESS: N_("Part of the process"),
}
_OTHER: Final = N_("For another reason")
_LOOKS: Final[dict[str, str]] = {
    DossierTag.VIEWED: N_("Opened the dossier"),
    DossierTag.DOCUMENT_READ: N_("Read a document"),
    DossierTag.PROCESS_READ: N_("Looked inside the process"),
    DossierTag.UNMASKED: N_("Saw a hidden answer"),
    DossierTag.CONFIDENTIAL_READ: N_("Read confidential data about you"),
    DossierTag.REGISTER_ASKED: N_("Asked the enterprise register"),
}


def moment(at: datetime | None) -> str:
    """A moment as people of the place write it; a dash for none."""
    return str(format_datetime(at, "dd/MM/yyyy HH:mm")) if at else "–"


def status_name(status: DossierStatus) -> str:
    """What a status is called."""
    return translated(_STATUSES.get(status, str(status)))


def role_name(role: str) -> str:
    """What a role is called, in an organisation or at the authority; a dash for none."""
    return translated(_ROLES.get(role, role)) if role else "–"


def state_name(state: str) -> str:
    """What the state of a membership or a fee is called."""
    return translated(_STATES.get(state, state))


def purpose_name(purpose: str) -> str:
    """What a look was for."""
    return translated(_PURPOSES.get(Purpose(purpose), _OTHER))


def look_name(tag: str) -> str:
    """What somebody did who looked."""
    return translated(_LOOKS.get(tag, tag))
