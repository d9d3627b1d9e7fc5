"""The agency's book of decisions about entries: each such deed of a process takes its next number."""

from typing import Final

from accounts.models import Agency
from core.database import db
from dossiers.models import Proceeding, RegisterEntry
from dossiers.numbers.operations import DECISION, take_number, use_number
from dossiers.settled import facts_of
from workflows.queries import service_version

NUMBER: Final = "decision_number"


def numbered(action: str, entry: RegisterEntry, proceeding: Proceeding) -> str:
    """The number of the decision by which a process does this to a locked entry, used up at once.

    Empty where the service that the process is drawn for numbers no such decisions.
    """
    pack = service_version(proceeding.service_version)
    rules = pack.manifest.register.decisions
    if rules is None or action not in rules.of:
        return ""
    number = take_number(
        proceeding.dossier_id,
        db.session.get_one(Agency, entry.agency_id),
        book=rules.book,
        pattern=str(facts_of(pack, entry.agency_id)[rules.setting]),
        yearly=rules.yearly,
        purpose=DECISION,
    )
    use_number(number)
    return number.number
