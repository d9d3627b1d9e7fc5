"""The feed of status changes: nobody's change is skipped, and each dossier's come in order."""

import threading
import time
from collections import defaultdict
from random import Random
from uuid import UUID

import pytest

from core import clock
from core.chores import chores
from core.chores import init_app as init_chores
from core.database import db, transaction
from core.ids import new_id
from dossiers import context, feed
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status

WRITERS, CHANGES = 8, 12
ROUND = (DossierStatus.SUBMITTED, DossierStatus.AWAITING_SUPPLEMENT)


@pytest.fixture
def app(each_database, bare_app, settings):
    init_chores(bare_app)
    context.install(bare_app, settings)
    feed.install(bare_app)
    return bare_app


def new_dossier() -> UUID:
    dossier = Dossier(
        id=new_id(),
        reference=new_id().hex,
        service_key="s",
        service_version="v",
        agency_id=new_id(),
        owner_id=new_id(),
        language="vi",
        created_at=clock.now(),
    )
    with transaction() as session:
        session.add(dossier)
    return dossier.id


def change_statuses(app, dossier_ids, seed):
    """One writer: changes shared dossiers in transactions that commit late."""
    random = Random(seed)
    with app.app_context():
        for _ in range(CHANGES):
            with transaction():
                dossier = lock_dossier(random.choice(dossier_ids))
                record_status(dossier, ROUND[dossier.status_sequence % 2])
                time.sleep(random.uniform(0, 0.02))
        db.session.remove()


def test_eight_writers_with_delayed_commits_and_one_reader(app):
    dossier_ids = [new_dossier() for _ in range(5)]
    writers = [
        threading.Thread(target=change_statuses, args=(app, dossier_ids, seed))
        for seed in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    seen, position = [], 0
    while any(writer.is_alive() for writer in writers) or feed.number_status_changes():
        feed.number_status_changes()
        page = feed.status_changes(after=position, limit=7)
        seen += [(change.dossier_id, change.sequence) for change, _ in page]
        position = page[-1][0].position or position if page else position
        db.session.rollback()
    while page := feed.status_changes(after=position, limit=7):
        seen += [(change.dossier_id, change.sequence) for change, _ in page]
        position = page[-1][0].position or position

    by_dossier = defaultdict(list)
    for dossier_id, sequence in seen:
        by_dossier[dossier_id].append(sequence)
    assert len(seen) == WRITERS * CHANGES
    assert all(found == list(range(1, len(found) + 1)) for found in by_dossier.values())


def test_the_same_status_again_is_no_change(app):
    dossier_id = new_dossier()
    with transaction():
        record_status(lock_dossier(dossier_id), DossierStatus.SUBMITTED)
        record_status(lock_dossier(dossier_id), DossierStatus.SUBMITTED)
    assert feed.number_status_changes() == 1


def test_the_relay_numbers_a_change_as_soon_as_it_is_committed(app):
    dossier_id = new_dossier()
    chores(app).start(app)
    try:
        with transaction():
            record_status(lock_dossier(dossier_id), DossierStatus.SUBMITTED)
        deadline = time.monotonic() + 5
        while not feed.status_changes(after=0, limit=1) and time.monotonic() < deadline:
            db.session.rollback()
            time.sleep(0.01)
        assert feed.status_changes(after=0, limit=1)
    finally:
        chores(app).stop()


def test_numbers_seen_before_a_restore_are_never_given_again(app):
    first, second = new_dossier(), new_dossier()
    with transaction():
        record_status(lock_dossier(first), DossierStatus.SUBMITTED)
    feed.number_status_changes()
    with transaction():
        feed.skip_ahead()
        record_status(lock_dossier(second), DossierStatus.SUBMITTED)
    feed.number_status_changes()
    seen = [change.position for change, _ in feed.status_changes(after=0, limit=7)]
    assert seen == [1, feed.SKIPPED + 2]


def test_a_cursor_from_another_world_finds_nothing(app):
    assert feed.status_changes(after=2**62, limit=7) == []
