"""A leader signs many results in one sitting: chosen, looked at, confirmed once, a result for each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import engine
import signing
from accounts import operations as accounts
from accounts.actor import SYSTEM
from accounts.errors import FreshProofNeeded
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor
from commands.sample.people import account_of
from core import clock
from core.audit import AuditEvent
from core.database import db, transaction
from dossiers import operations as cases
from dossiers import queries
from dossiers.audit import DossierTag
from dossiers.models import Dossier
from dossiers.operations.locking import lock_dossier
from dossiers.sittings import jobs, operations
from dossiers.sittings.errors import NothingToSign, SittingNotFound, SittingOver
from dossiers.sittings.models import Sitting, SittingState
from dossiers.sittings.queries import find_sitting, outcomes, signable
from engine.jobs.work import work_one
from engine.runtime import EXTENSION
from signing.errors import SignerUnavailable
from storage import store
from tests.dossiers.sitting_pack import (
    RULE,
    chosen,
    confirmed,
    director,
    pack,
    papers,
    problems,
    states,
    waiting,
)
from workflows.errors import PackBroken
from workflows.operations import deploy_pack
from workflows.sitting_rules import check_sittings

Make = Callable[[], Dossier]


def result_of(sitting: Sitting) -> SittingState:
    db.session.rollback()
    return db.session.get_one(Sitting, sitting.id).state


def notice(dossier: Dossier) -> bytes:
    found = queries.documents(db.session.get_one(Dossier, dossier.id))
    (sealed,) = (each for each in found if each.document_type == "notice")
    with store().open(sealed.storage_key) as stream:
        return stream.read()


def test_one_confirmation_decides_and_signs_each_result(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    dossiers = waiting(installation, paid_dossier, 3)
    sitting = confirmed(director())
    work()
    assert states(sitting) == ["signed"] * 3
    assert result_of(sitting) is SittingState.DONE
    for dossier in dossiers:
        report = signing.verify_pdf(notice(dossier))
        assert report.valid
        assert report.signers == (_actor("lanhdao").name, "Sở Y tế Hà Nội")


def test_what_is_left_out_keeps_its_task_and_is_signed_by_nobody(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    first, second = waiting(installation, paid_dossier, 2)
    sitting = chosen(director())
    with transaction():
        operations.leave_out(sitting.id, [1], actor=director())
        operations.confirm(sitting.id, actor=director())
    work()
    assert states(sitting) == ["excluded", "signed"]
    assert "notice" not in papers(first)
    assert "notice" in papers(second)
    (left,) = signable(visible_to=director())
    assert left.dossier.id == first.id


def test_nothing_is_signed_without_a_fresh_proof(installation: Flask, paid_dossier: Make):
    waiting(installation, paid_dossier, 1)
    stale = director(timedelta(hours=1))
    sitting = chosen(stale)
    with pytest.raises(FreshProofNeeded), transaction():
        operations.confirm(sitting.id, actor=stale)
    assert states(sitting) == ["waiting"]


def test_a_case_that_went_on_after_the_look_is_skipped_and_the_others_are_signed(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    first, second = waiting(installation, paid_dossier, 2)
    sitting = chosen(director())
    with transaction():
        changed = lock_dossier(first.id)
        changed.answers = {**changed.answers, "device_name": "Máy khác"}
    with transaction():
        operations.confirm(sitting.id, actor=director())
    work()
    assert states(sitting) == ["skipped", "signed"]
    assert problems(sitting) == ["case-went-on"]
    assert ("notice" in papers(first), "notice" in papers(second)) == (False, True)


def test_what_somebody_decided_singly_meanwhile_is_not_decided_again(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    waiting(installation, paid_dossier, 2)
    sitting = chosen(director())
    task = signable(visible_to=director())[0].item.task.id
    with transaction():
        token = cases.claim_task(task, actor=director())
        answers = {"approved": "no", "remark": "Chưa đủ căn cứ"}
        cases.complete_task(task, answers, actor=director(), language="vi", token=token)
    with transaction():
        operations.confirm(sitting.id, actor=director())
    work()
    assert states(sitting) == ["skipped", "signed"]
    assert problems(sitting) == ["task-not-open"]


def test_rights_are_asked_for_at_the_moment_of_each_signature(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    waiting(installation, paid_dossier, 2)
    sitting = confirmed(director())
    with transaction():
        number = SAO_MAI["organisation_number"]
        accounts.add_membership(account_of("lanhdao").id, number, by=SYSTEM)
    work()
    assert states(sitting) == ["skipped"] * 2
    assert set(problems(sitting)) == {"own-case"}


def test_when_the_proof_ends_the_rest_waits_for_another_confirmation(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    waiting(installation, paid_dossier, 2)
    sitting = confirmed(director())
    with clock.shifted(timedelta(hours=1)):
        engine.run_due_jobs(installation)
        assert states(sitting) == ["waiting"] * 2
        assert result_of(sitting) is SittingState.PAUSED
        with transaction():
            operations.confirm(sitting.id, actor=director())
        work()
    assert states(sitting) == ["signed"] * 2


def test_a_worker_that_dies_in_the_middle_signs_nothing_twice(
    installation: Flask,
    paid_dossier: Make,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
):
    dossiers = waiting(installation, paid_dossier, 3)
    decide = jobs._decide
    done: list[int] = []

    def dying(sitting_id, number):
        if len(done) == 1 and number == 2:
            done.append(number)
            raise RuntimeError("the store is down")
        done.append(number)
        return decide(sitting_id, number)

    monkeypatch.setattr(jobs, "_decide", dying)
    sitting = confirmed(director())
    assert work_one(installation.extensions[EXTENSION])
    assert states(sitting) == ["decided", "waiting", "waiting"]
    with clock.shifted(timedelta(seconds=3)):
        work()
    assert states(sitting) == ["signed"] * 3
    assert done == [1, 2, 2, 3]
    for dossier in dossiers:
        assert papers(dossier).count("notice") == 1


def test_a_result_that_always_fails_is_skipped_in_the_end_and_named(
    installation: Flask,
    paid_dossier: Make,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
):
    waiting(installation, paid_dossier, 2)
    decide = jobs._decide

    def broken(sitting_id, number):
        if number == 1:
            raise RuntimeError("nobody foresaw this")
        return decide(sitting_id, number)

    monkeypatch.setattr(jobs, "_decide", broken)
    sitting = confirmed(director())
    for seconds in (0, 3, 9):
        with clock.shifted(timedelta(seconds=seconds)):
            work()
    assert states(sitting) == ["skipped", "signed"]
    assert problems(sitting) == ["error"]


def test_a_key_that_refuses_leaves_its_result_decided_and_the_others_are_signed(
    installation: Flask,
    paid_dossier: Make,
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    dossiers = waiting(installation, paid_dossier, 2)
    runtime = installation.extensions[EXTENSION]
    kind = runtime.jobs["result.sign"]
    refused = db.session.get_one(Dossier, dossiers[0].id).instance_id

    def signed(call):
        if call.instance_id == refused:
            raise SignerUnavailable(reason="the token was pulled out")
        return kind.handler(call)

    monkeypatch.setitem(runtime.jobs, "result.sign", replace(kind, handler=signed))
    sitting = confirmed(director())
    work(patience=1)
    assert sorted(states(sitting)) == ["decided", "signed"]
    (late,) = (
        each
        for each in outcomes(sitting, visible_to=director())
        if each.row.state.value == "decided"
    )
    assert late.again_at is not None
    monkeypatch.setitem(runtime.jobs, "result.sign", kind)
    work(patience=3)
    assert states(sitting) == ["signed"] * 2


def test_it_stops_at_once_when_its_leader_says_so(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    waiting(installation, paid_dossier, 1)
    sitting = confirmed(director())
    with transaction():
        operations.stop(sitting.id, actor=director())
    work()
    assert states(sitting) == ["waiting"]
    with transaction():
        operations.stop(sitting.id, actor=director())
    assert result_of(sitting) is SittingState.CANCELLED
    with pytest.raises(SittingOver), transaction():
        operations.confirm(sitting.id, actor=director())


def test_nobody_sees_or_confirms_the_sitting_of_somebody_else(
    installation: Flask, paid_dossier: Make
):
    waiting(installation, paid_dossier, 1)
    sitting = chosen(director())
    other = replace(director(), id="account:00000000-0000-0000-0000-000000000000")
    with pytest.raises(SittingNotFound):
        find_sitting(sitting.id, visible_to=other)
    with pytest.raises(SittingNotFound), transaction():
        operations.confirm(sitting.id, actor=other)


def test_who_may_sign_nothing_begins_no_sitting(installation: Flask, paid_dossier: Make):
    waiting(installation, paid_dossier, 1)
    tasks = [each.item.task.id for each in signable(visible_to=director())]
    clerk = _actor("motcua")
    assert signable(visible_to=clerk) == []
    with pytest.raises(NothingToSign), transaction():
        operations.begin(tasks, actor=clerk, language="vi")


def test_the_record_of_each_case_names_the_sitting(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    (dossier,) = waiting(installation, paid_dossier, 1)
    sitting = confirmed(director())
    work()
    query = select(AuditEvent).where(
        AuditEvent.chain_id == dossier.id, AuditEvent.tag == DossierTag.TASK_COMPLETED
    )
    told = [each.details for each in db.session.scalars(query)]
    assert {"element": "approve", "sitting": str(sitting.id)} in told


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (RULE.replace("approve:", "desk_check:"), "no user task in which the leader signs"),
        (RULE.replace("approved:", "aproved:"), "refuses these answers"),
        (RULE.replace("remark: Đồng ý", "remark: x, other: y"), "no question “other”"),
        (RULE.replace("letter: notice", "letter: notise"), "names no “letter”"),
        (RULE.replace("letter: notice", "letter: notice, colour: red"), "has no “colour”"),
        (RULE + "      when: =1 +\n", "cannot be read"),
    ],
    ids=["task", "answers", "question", "letter", "input", "condition"],
)
def test_the_gate_refuses_a_rule_that_nobody_could_follow(rule: str, fault: str):
    with pytest.raises(PackBroken, match=fault):
        check_sittings(pack(rule))


def test_the_gate_lets_the_rule_pass():
    check_sittings(pack())


def test_a_case_whose_condition_does_not_hold_is_decided_singly(
    installation: Flask, paid_dossier: Make
):
    rule = RULE + '      when: =application.device_name = "Máy khác"\n'
    with transaction():
        deploy_pack(pack(rule), by="system")
    paid_dossier()
    engine.run_due_jobs(installation)
    db.session.rollback()
    assert queries.tasks(visible_to=director())
    assert signable(visible_to=director()) == []


@pytest.mark.slow
def test_two_hundred_in_one_sitting(
    installation: Flask, paid_dossier: Make, work: Callable[[], None]
):
    waiting(installation, paid_dossier, 200)
    sitting = confirmed(director())
    work()
    work()
    assert states(sitting) == ["signed"] * 200
