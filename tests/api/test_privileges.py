"""What somebody may do is asked anew with every request: a token made before does not keep it."""

from uuid import UUID

from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM
from accounts.models import RoleGrant
from core.database import db, transaction
from tests.api import rows
from tests.api.house import House


def test_a_role_that_was_taken_away_is_gone_with_the_next_request(house: House):
    dossier_id = house.owner.draft()["id"]
    with house.app.app_context():
        rows.submitted(dossier_id, "H26.16-261121-0001")
    officer = house.device_officer
    assert officer.get(f"/api/v1/dossiers/{dossier_id}").status_code == 200

    account_id = UUID(officer.actor_id.removeprefix("account:"))
    with house.app.app_context(), transaction():
        grant = db.session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == account_id)
        ).one()
        operations.revoke_role(grant.id, by=SYSTEM)

    assert officer.get(f"/api/v1/dossiers/{dossier_id}").status_code in {403, 404}
    assert officer.get("/api/v1/me").get_json()["roles"] == []
