"""Samples and access reviews: who sees which, however many there are, and who changed them when."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from accounts.actor import Actor, Grant, Kind, Role
from auditing import inquiries
from auditing.errors import ReviewNotFound, SampleNotFound
from auditing.models import AccessReview, Sample, Verdict
from auditing.reviewing import judge, sign_off
from core.clock import now, today
from core.database import transaction
from core.errors import PreconditionFailed
from core.ids import new_id

HERE, THERE = UUID(int=1), UUID(int=2)


def auditor(agency_id: UUID | None, name: str = "kiemtra") -> Actor:
    grants = frozenset({Grant(Role.AUDITOR, agency_id)})
    return Actor(f"account:{name}", Kind.STAFF, name, grants=grants)


def review(agency_id: UUID | None) -> UUID:
    with transaction() as session:
        made = AccessReview(
            id=new_id(), agency_id=agency_id, day=today(), opened_by="x", opened_at=now()
        )
        session.add(made)
    return made.id


def sample(agency_id: UUID | None, drawn_by: str) -> UUID:
    with transaction() as session:
        made = Sample(
            id=new_id(),
            agency_id=agency_id,
            service_key="",
            first_day=today(),
            last_day=today(),
            seed="s",
            population=1,
            drawn_by=drawn_by,
        )
        session.add(made)
    return made.id


def seen(kind: Any, actor: Actor, limit: int = 50) -> list[UUID]:
    return [each.id for each in inquiries.newest(kind, visible_to=actor, limit=limit)]


def test_an_auditor_finds_his_own_behind_many_of_others(bare_app: Flask):
    mine = review(HERE)
    for _ in range(5):
        review(THERE)
    assert seen(AccessReview, auditor(HERE), limit=2) == [mine]


def test_pages_follow_each_other_without_gap_or_repetition(bare_app: Flask):
    made = [review(HERE) for _ in range(5)][::-1]
    actor = auditor(HERE)
    first = seen(AccessReview, actor, limit=2)
    rest = inquiries.newest(AccessReview, visible_to=actor, after=first[-1], limit=10)
    assert [*first, *(each.id for each in rest)] == made


def test_what_concerns_all_agencies_is_for_auditors_of_all(bare_app: Flask):
    whole = review(None)
    assert seen(AccessReview, auditor(None)) == [whole]
    assert seen(AccessReview, auditor(HERE)) == []
    with pytest.raises(ReviewNotFound):
        inquiries.find(AccessReview, whole, visible_to=auditor(HERE))


def test_who_drew_a_sample_of_all_agencies_sees_it_and_his_neighbour_does_not(bare_app: Flask):
    drawn = sample(None, "account:kiemtra")
    assert seen(Sample, auditor(HERE)) == [drawn]
    with pytest.raises(SampleNotFound):
        inquiries.find(Sample, drawn, visible_to=auditor(HERE, "hangxom"))


def test_who_has_seen_an_older_version_is_told(bare_app: Flask):
    made, actor = review(HERE), auditor(HERE)
    seen_version = inquiries.find(AccessReview, made, visible_to=actor).version
    with transaction():
        inquiries.change(AccessReview, made, by=actor, version=seen_version)
    with pytest.raises(PreconditionFailed), transaction():
        sign_off(made, "Fine", by=actor, version=seen_version)
    with pytest.raises(ReviewNotFound), transaction():
        judge(made, new_id(), Verdict.KEEP, "", by=actor)
