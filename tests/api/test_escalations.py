"""Due dates near and past over the API: one's own notices, what happened, and who will be told."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.clock import now
from core.database import db, transaction
from dossiers.escalation.operations import escalate_all
from dossiers.models import Dossier, DossierStatus
from dossiers.settled import ESCALATION
from tests.api.house import House
from tests.dossiers.test_settled import settle
from tests.web.test_escalations import STAGE

LIST = "/api/v1/escalations"


@pytest.fixture
def late(house: House) -> str:
    """The id of a dossier that was due yesterday, where directors are told of what is late."""
    made = str(house.owner.draft()["id"])
    with house.app.app_context():
        settle(ESCALATION, **STAGE)
        with transaction():
            found = db.session.get_one(Dossier, UUID(made))
            found.status, found.submitted_at = DossierStatus.PROCESSING, now()
            found.received_at = now() - timedelta(days=3)
            found.due_at = now() - timedelta(days=1)
    return made


def test_who_watches_reads_who_will_be_told_and_who_was(house: House, late: str):
    (ahead,) = house.director.get(f"{LIST}/outlook").get_json()["items"]
    assert (ahead["dossier_id"], ahead["stage"], len(ahead["told"])) == (late, "qua-han", 1)
    assert house.director.get(f"{LIST}/happened").get_json() == {"items": []}
    with house.app.app_context():
        escalate_all()
    assert house.director.get(f"{LIST}/outlook").get_json() == {"items": []}
    (happened,) = house.director.get(f"{LIST}/happened").get_json()["items"]
    assert (happened["dossier_id"], happened["told"]) == (late, ahead["told"])


def test_who_is_told_says_that_he_has_read_it(house: House, late: str):
    with house.app.app_context():
        escalate_all()
    own = house.director.get(LIST).get_json()
    assert (own["unread"], own["items"][0]["is_new"]) == (1, True)
    assert house.director.post(f"{LIST}/read").get_json() == {"read": 1}
    own = house.director.get(LIST).get_json()
    assert (own["unread"], own["items"][0]["is_new"]) == (0, False)


def test_who_watches_nothing_reads_his_own_notices_alone(house: House, late: str):
    for caller in (house.desk_clerk, house.owner):
        assert caller.get(LIST).get_json() == {"items": [], "unread": 0}
        assert caller.get(f"{LIST}/outlook").status_code == 403
        assert caller.get(f"{LIST}/happened").status_code == 403
