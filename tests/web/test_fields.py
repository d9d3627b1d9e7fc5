"""Who reads which answers of a dossier, tried on every page and every answer of the API that shows any.

The table in docs/fields.md is made of what came out: `python -m tests.web.test_fields` writes it anew.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, Kind, OrganisationRole
from commands.sample.people import PASSWORD, PORTAL_CLIENT, account_of
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.models import Dossier
from engine.models import Task, TaskState
from forms.personal import personal_keys
from tests.api.house import Caller, caller
from tests.sandboxes import running_sandbox
from tests.web.house import NUMBER, House, furnished
from workflows.queries import service
from wsgi import create_app

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "fields.md"
HEAD: Final = """\
# Who reads which answers

Tried on one dossier that is being handled, with everybody who might read it; made from what came out
by `python -m tests.web.test_fields`, and compared at every test run (`tests/web/test_fields.py`).

**all**: every answer of the application. **masked**: all but those that their form marks as personal;
one of them is shown at a time, for a reason, freshly proven, on record. **none**: no answer, although
it is open. **–**: not open. Texts of documents are not answers: whoever may open a document reads it.
"""
# Texts that stand nowhere else, and read alike in JSON and on a page.
ABOUT_PEOPLE: Final = {
    "contact_name": "Contact Q7",
    "contact_phone": "0912 777 777",
    "contact_email": "q7@contact.example",
}
DEVICE: Final = "Stethoscope Q8"
WHO: Final = {
    "applicant": "saomai",
    "colleague who reads": "docgia",
    "another applicant": "dongxanh",
    "desk-clerk": "motcua",
    "officer": "chuyenvien",
    "director": "lanhdao",
    "auditor": "kiemtoan",
    "operator": "vanhanh",
    "administrator": "quantri",
    "portal": "",
}
API: Final = (
    "/dossiers",
    "/dossiers/{dossier}",
    "/dossiers/{dossier}/reasons",
    "/dossiers/{dossier}/documents",
    "/dossiers/{dossier}/looks",
    "/tasks",
    "/tasks/{task}",
    "/instances/{instance}",
    "/instances/{instance}/variables",
    "/instances/{instance}/history?values=true",
    "/audit/events?record={dossier}",
    "/portal/dossiers/{reference}",
)
PAGES: Final = (
    "/dossiers/",
    "/dossiers/{reference}",
    "/desk/",
    "/desk/tasks/{task}",
    "/desk/dossiers/{reference}",
    "/operation/instances/{instance}/variables",
    "/operation/instances/{instance}/history",
    "/auditor/chains/{dossier}",
    "/auditor/?about={reference}",
)


@dataclass(frozen=True)
class Rich:
    """A dossier on the desk, and how it is called in addresses."""

    house: House
    names: dict[str, str]
    personal: frozenset[str]

    def cell(self, answer: Any) -> str:
        """What an answer tells of the application."""
        if answer.status_code != 200:
            return "–"
        if any(text in answer.text for text in ABOUT_PEOPLE.values()):
            return "all"
        return "masked" if DEVICE in answer.text else "none"


def rich(house: House) -> Rich:
    reference = house.draft(device_name=DEVICE, **ABOUT_PEOPLE)
    with house.app.app_context(), transaction():
        reader = operations.create_account(
            "docgia", "Đọc Giả", kind=Kind.CITIZEN, by=SYSTEM, password=PASSWORD
        )
        role = OrganisationRole.READER
        operations.add_membership(reader.id, NUMBER, role=role, by=SYSTEM)
    house.visitor("saomai").post(f"/dossiers/{reference}/submit")
    house.work()
    house.pay(reference)
    house.work()
    with house.app.app_context():
        dossier = db.session.scalars(select(Dossier).where(Dossier.reference == reference)).one()
        form = service(dossier.service_key).form("declaration")
        waiting = select(Task.id).where(Task.state == TaskState.OPEN)
        names = {
            "reference": reference,
            "dossier": str(dossier.id),
            "instance": str(dossier.instance_id),
            "task": str(db.session.scalars(waiting).one()),
        }
        return Rich(house, names, frozenset(personal_keys(form.components)))


def table(found: Rich) -> str:
    programs = {who: _program(found.house, login) for who, login in WHO.items()}
    lines = [f"| | {' | '.join(WHO)} |", "|---" * (len(WHO) + 1) + "|"]
    for place in API:
        address = f"/api/v1{place}".format(**found.names)
        cells = [found.cell(each.get(address)) for each in programs.values()]
        lines.append(f"| `GET /api/v1{place}` | {' | '.join(cells)} |")
    visitors = [found.house.visitor(login) if login else None for login in WHO.values()]
    for place in PAGES:
        address = place.format(**found.names)
        cells = [found.cell(each.page(address)) if each else "–" for each in visitors]
        lines.append(f"| page `{place}` | {' | '.join(cells)} |")
    return HEAD + "\n" + "\n".join(lines) + "\n"


def _program(house: House, login: str) -> Caller:
    with house.app.app_context():
        name = f"account:{account_of(login).id}" if login else f"client:{PORTAL_CLIENT}"
        return caller(house.app, name)


def _rich(directory: Path) -> Iterator[Rich]:
    with (
        running_sandbox("connectors.enterprise.sandbox") as register,
        running_sandbox("connectors.payment.sandbox") as payment,
    ):
        app = create_app(
            Settings(
                data_directory=directory,
                embedded_workers=0,
                enterprise_register_url=register.address,
                payment_gateway_url=payment.address,
            )
        )
        with app.app_context():
            Model.metadata.create_all(db.engine)
        yield rich(furnished(app))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rich]:
    yield from _rich(tmp_path_factory.mktemp("rich"))


def test_the_form_marks_answers_about_people(found: Rich):
    assert found.personal == ABOUT_PEOPLE.keys()


@pytest.mark.slow
def test_everybody_reads_what_the_table_says(found: Rich):
    assert table(found) == DOCUMENT.read_text(encoding="utf-8")


if __name__ == "__main__":
    for made in _rich(Path(tempfile.mkdtemp())):
        DOCUMENT.write_text(table(made), encoding="utf-8")
