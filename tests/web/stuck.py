"""A process that gets stuck: its neighbour refuses for as long as it is told to."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

import engine
from core.database import transaction
from core.ids import new_id
from dossiers.models import Dossier, Proceeding
from engine import operations
from engine.errors import JobFailed
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobPolicy
from tests.engine.models import flows, model, service, user
from tests.web.house import House

CHECKED = model(
    '<startEvent id="s"/>'
    + service("ask", "test.ask")
    + user("decide", "desk-clerk")
    + '<endEvent id="e"/>'
    + flows("s -> ask", "ask -> decide", "decide -> e")
)


@dataclass
class Neighbour:
    """Refuses while it is told to, and remembers what it was asked."""

    refuses: bool = True
    asked: list[Any] = field(default_factory=list)

    def __call__(self, job: Any) -> dict[str, Any]:
        self.asked.append(job.variables.get("number"))
        if self.refuses:
            raise JobFailed("the register knows no number 17", retryable=False)
        return {"known": True}


def refusing_neighbour(house: House) -> Neighbour:
    """The neighbour that jobs of kind `test.ask` ask."""
    made = Neighbour()
    with house.app.app_context():
        engine.runtime().on_job("test.ask", made, JobPolicy(breaker=Breaker(failures=1)))
    return made


def start_about(house: House, reference: str, **variables: Any) -> UUID:
    """Start such a process about a dossier, and let its first job be worked."""
    with house.app.app_context(), transaction() as session:
        named = Dossier.reference == reference
        about = _proceeding(session.scalars(select(Dossier).where(named)).one())
        session.add(about)
        session.flush()
        definition = operations.deploy({"checked.bpmn": CHECKED})
        operations.start(definition, "p", variables, instance_id=about.instance_id)
    house.work()
    return about.instance_id


def _proceeding(dossier: Dossier) -> Proceeding:
    return Proceeding(
        instance_id=new_id(),
        agency_id=dossier.agency_id,
        service_key=dossier.service_key,
        service_version=dossier.service_version,
        reference=dossier.reference,
        owner_id=dossier.owner_id,
        dossier_id=dossier.id,
    )
