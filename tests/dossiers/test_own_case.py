"""Nobody decides on himself: who belongs to the organisation that applies keeps his hands off."""

import pytest

from accounts import operations as accounts
from accounts.actor import SYSTEM
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor
from commands.sample.people import account_of
from core.database import transaction
from dossiers import operations, queries
from dossiers.errors import CannotTakeTask, OwnCase
from dossiers.models import Dossier

NUMBER = SAO_MAI["organisation_number"]
REFUSAL = {"decision": "reject", "note": "Không đúng thành phần hồ sơ"}


def join(login: str) -> None:
    with transaction():
        accounts.add_membership(account_of(login).id, NUMBER, by=SYSTEM)


def test_a_clerk_sees_the_task_of_the_own_company_and_cannot_take_it(dossier_on_the_desk: Dossier):
    join("motcua")
    clerk = _actor("motcua")
    (item,) = queries.tasks(visible_to=clerk)

    with pytest.raises(OwnCase) as caught, transaction():
        operations.claim_task(item.task.id, actor=clerk)

    assert (caught.value.code, caught.value.status) == ("own-case", 403)


def test_who_joins_the_company_after_claiming_cannot_complete(dossier_on_the_desk: Dossier):
    (item,) = queries.tasks(visible_to=_actor("motcua"))
    with transaction():
        token = operations.claim_task(item.task.id, actor=_actor("motcua"))
    join("motcua")
    clerk = _actor("motcua")

    with pytest.raises(OwnCase), transaction():
        operations.complete_task(item.task.id, REFUSAL, actor=clerk, language="vi", token=token)
    with transaction():
        operations.release_task(item.task.id, token=token, actor=clerk)


def test_a_leader_gives_the_task_to_nobody_whom_it_concerns(dossier_on_the_desk: Dossier):
    join("motcua")
    (item,) = queries.tasks(visible_to=_actor("motcua"))

    with pytest.raises(CannotTakeTask), transaction():
        operations.reassign_task(
            item.task.id, to=_actor("motcua").id, version=1, actor=_actor("lanhdao")
        )
