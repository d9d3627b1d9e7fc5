"""Cases go over to a new version of their service, from wherever they stand, and end with a result."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

import workflows
from accounts.actor import SYSTEM
from commands.sample.application import MISNAMED, SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, _asked_to_supplement, _paid, submitted
from core.audit import AuditEvent, first_broken
from core.database import db, reading, transaction
from dossiers import operations, queries
from dossiers.audit import DossierTag
from dossiers.errors import VersionsOfDifferentServices
from dossiers.models import Dossier, DossierStatus, Proceeding
from dossiers.operations.migrations import Passage, begin_passage, passage_report, try_passage
from dossiers.queries import TaskItem
from engine.migration.plan import Renewal
from engine.models import Job
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / SERVICE)
FORM, ENGLISH, PROCESS = "forms/desk_check.form", "i18n/en.json", "process.bpmn"
LOOK = """<bpmn:userTask id="second_look" name="Kiểm tra lần hai"><bpmn:extensionElements>
<zeebe:formDefinition formId="desk_check"/>
<zeebe:assignmentDefinition candidateGroups="desk-clerk"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:sequenceFlow id="to_receive" sourceRef="second_look" targetRef="receive"/>"""
ACCEPTED = {"decision": "accept", "shelf": "A 7"}


def with_shelf(files: dict[str, bytes]) -> dict[str, bytes]:
    """The clerk's form asks one thing more."""
    form, english = json.loads(files[FORM]), json.loads(files[ENGLISH])
    form["components"].append({"type": "textfield", "id": "shelf", "key": "shelf", "label": "Kệ"})
    english["forms"]["desk_check"]["shelf"] = {"label": "Shelf"}
    return {**files, FORM: json.dumps(form).encode(), ENGLISH: json.dumps(english).encode()}


def with_second_look(files: dict[str, bytes]) -> dict[str, bytes]:
    """Everything is looked at once more before it is received."""
    process = files[PROCESS].decode().replace('targetRef="receive"', 'targetRef="second_look"')
    process = process.replace(
        '<bpmn:subProcess id="withdrawal"', f'{LOOK}<bpmn:subProcess id="withdrawal"'
    )
    return {**files, PROCESS: process.encode()}


def deployed(files: dict[str, bytes]) -> str:
    pack = ServicePack(files)
    with transaction():
        deploy_pack(pack, by="system")
    return pack.version


@pytest.fixture
def better(installation: Flask) -> Callable[[], str]:
    return lambda: deployed(with_second_look(with_shelf(dict(PACK.files))))


def gone_over(target: str, **options) -> UUID:
    """Begin a migration; returns its id."""
    passage = Passage(PACK.version, target, **options)
    with transaction():
        return begin_passage(passage, actor=SYSTEM, reason="Thông tư mới")


def current(dossier: Dossier) -> Dossier:
    db.session.expire_all()
    return queries.find_dossier(dossier.id, visible_to=SYSTEM)


def task_of(dossier: Dossier, login: str) -> TaskItem:
    tasks = queries.tasks(visible_to=_actor(login))
    return next(item for item in tasks if item.proceeding.dossier_id == dossier.id)


def accept(dossier: Dossier, work: Callable[..., None]) -> str:
    """The clerk accepts what lies on his desk; returns the element's id."""
    clerk, task = _actor("motcua"), task_of(dossier, "motcua").task
    with transaction():
        token = operations.claim_task(task.id, actor=clerk)
        operations.complete_task(task.id, ACCEPTED, actor=clerk, language="vi", token=token)
    work()
    return task.element_id


def test_cases_at_several_places_go_over_and_each_ends_with_a_sealed_result(
    installation: Flask, work, better
):
    unpaid = submitted(installation, "saomai", SAO_MAI)
    waiting, asked = (
        submitted(installation, "saomai", MISNAMED | {"device_name": device})
        for device in ("Máy xông khí dung", "Máy đo đường huyết")
    )
    for each in (waiting, asked):
        _paid(installation, each)
    _asked_to_supplement(installation, asked)
    on_desk = task_of(waiting, "motcua").task
    clerk = _actor("motcua")
    with transaction():
        token = operations.claim_task(on_desk.id, actor=clerk)
    overdue = timers(unpaid)

    migration_id = gone_over(better())
    work()

    with reading():
        counts = passage_report(migration_id, actor=SYSTEM).counts
    assert counts == {"waiting": 0, "migrated": 3, "refused": 0, "untouched": 0}
    assert timers(unpaid) == overdue
    # The claim made before is still good, and the form is the new one.
    with transaction():
        operations.complete_task(on_desk.id, ACCEPTED, actor=clerk, language="vi", token=token)
    work()
    assert accept(waiting, work) == "second_look"
    _paid(installation, unpaid)
    assert accept(unpaid, work) == "second_look"
    applicant, supplement = _actor("saomai"), task_of(asked, "saomai").task
    with transaction():
        operations.save_answers(
            asked.id, {"organisation_name": SAO_MAI["organisation_name"]}, actor=applicant
        )
        token = operations.claim_task(supplement.id, actor=applicant)
        operations.complete_task(
            supplement.id, {"answer": "đã sửa"}, actor=applicant, language="vi", token=token
        )
    work()
    assert accept(asked, work) == "second_look"

    for dossier in (unpaid, waiting, asked):
        found = current(dossier)
        assert found.status is DossierStatus.DELIVERED
        assert queries.entry_of(found).service_version == found.service_version != PACK.version
        kinds = {each.document_type for each in queries.documents(found)}
        assert "notice" in kinds
        assert first_broken(found.id) is None


def timers(dossier: Dossier) -> list[tuple[UUID, datetime]]:
    with reading() as session:
        rows = session.query(Job).filter_by(instance_id=dossier.instance_id, kind="engine.timer")
        return [(row.id, row.due_at) for row in rows]


def test_the_dossier_is_pinned_to_the_new_version_and_its_record_says_so(
    dossier_on_the_desk, work, better
):
    target = better()
    gone_over(target)
    work()

    dossier = current(dossier_on_the_desk)
    assert dossier.service_version == target
    assert db.session.get_one(Proceeding, dossier.instance_id).service_version == target
    (event,) = db.session.query(AuditEvent).filter_by(chain_id=dossier.id, tag=DossierTag.MIGRATED)
    assert event.details == {"from": PACK.version, "to": target, "reason": "Thông tư mới"}
    assert event.position is not None
    assert first_broken(dossier.id) is None


def test_a_version_that_differs_in_its_forms_alone_is_taken_over_too(dossier_on_the_desk, work):
    target = deployed(with_shelf(dict(PACK.files)))
    gone_over(target)
    work()

    assert current(dossier_on_the_desk).service_version == target
    form = task_of(dossier_on_the_desk, "motcua").pack.form("desk_check")
    assert "shelf" in form.json_schema("vi")["properties"]


def test_time_limits_are_counted_anew_when_asked_for(dossier_on_the_desk, work):
    slower = PACK.files[PROCESS].replace(b'motcua:workingDays="1"', b'motcua:workingDays="3"')
    before = task_of(dossier_on_the_desk, "motcua").task.due_at
    target = deployed({**PACK.files, PROCESS: slower})

    gone_over(target, renew=frozenset({Renewal.LIMITS}))
    work()

    after = task_of(dossier_on_the_desk, "motcua").task.due_at
    assert before is not None
    assert after is not None
    assert after > before


def test_trying_it_changes_nothing(dossier_on_the_desk, better):
    target = better()
    with reading():
        (verdict,) = try_passage(Passage(PACK.version, target), actor=SYSTEM)

    assert verdict.is_migratable
    assert current(dossier_on_the_desk).service_version == PACK.version


def test_two_services_are_not_two_versions(installation):
    manifest = PACK.files["service.yaml"].replace(SERVICE.encode(), b"another-service", 1)
    other = deployed({**PACK.files, "service.yaml": manifest})
    with pytest.raises(VersionsOfDifferentServices), reading():
        try_passage(Passage(PACK.version, other), actor=SYSTEM)
