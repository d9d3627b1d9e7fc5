"""The daily seal names the first row that was altered, removed, reordered, cut off or rewritten."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import delete, select, update

import signing
from auditing.seals.models import RecordSeal, SealedEnd
from auditing.seals.operations import seal_record, seal_today
from auditing.seals.proving import proof_of
from auditing.seals.statements import End
from auditing.seals.verifying import Flaw, Found, verify_record
from core import merkle
from core.audit import AuditEvent, AuditTag, append, chained_hash, note
from core.clock import shifted
from core.config import Settings
from core.database import Model, db, transaction
from core.ids import new_id
from engine import run_due_jobs
from wsgi import create_app

ONE, OTHER = UUID(int=101), UUID(int=102)
POSITION = AuditEvent.position


class Tag(AuditTag):
    DEED = "test:record:deed"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def deeds(chain: UUID, count: int) -> None:
    for number in range(count):
        with transaction():
            append(Tag.DEED, actor="a", subject="s", chain=chain, details={"number": number})


def sealed(app: Flask) -> RecordSeal:
    made = seal_record()
    run_due_jobs(app)
    assert made is not None
    return db.session.get_one(RecordSeal, made.number, populate_existing=True)


@pytest.fixture
def record(app: Flask) -> Flask:
    """Two chains, sealed after two and after five events of the first."""
    deeds(ONE, 2)
    deeds(OTHER, 1)
    sealed(app)
    deeds(ONE, 3)
    sealed(app)
    return app


def change(chain: UUID, place: int, **values: Any) -> None:
    with transaction() as session:
        found = update(AuditEvent).where(AuditEvent.chain_id == chain, AuditEvent.position == place)
        session.execute(found.values(**values))


def chained_again(chain: UUID, first: int) -> None:
    """As a forger would: every hash from a position on fits again."""
    with transaction() as session:
        query = select(AuditEvent).where(AuditEvent.chain_id == chain)
        events = session.scalars(query.order_by(POSITION)).all()
        for before, event in zip(events[first - 2 :], events[first - 1 :], strict=False):
            event.hash = chained_hash(event, before.hash or b"")


def found() -> list[Found]:
    return verify_record().found


@pytest.mark.usefixtures("each_database")
def test_what_nobody_touched_holds(record: Flask) -> None:
    outcome = verify_record()
    assert (outcome.found, outcome.events, outcome.chains, outcome.seals) == ([], 6, 2, 2)


@pytest.mark.usefixtures("each_database")
def test_more_events_than_are_read_at_once_are_followed_to_the_last(record: Flask) -> None:
    chains = [new_id() for _ in range(4)]
    with transaction():
        for number in range(1200):
            append(Tag.DEED, actor="a", subject="s", chain=chains[number % 4])
    sealed(record)
    outcome = verify_record()
    assert (outcome.found, outcome.events) == ([], 1206)
    change(chains[3], 300, actor="somebody else")
    assert found() == [Found(Flaw.ALTERED, chains[3], 300)]


@pytest.mark.usefixtures("record")
def test_an_altered_row_is_named() -> None:
    change(ONE, 3, actor="somebody else")
    assert found() == [Found(Flaw.ALTERED, ONE, 3)]


@pytest.mark.usefixtures("record")
def test_altered_details_are_named_and_erased_ones_are_not() -> None:
    change(ONE, 2, details=None, salt=None)
    assert found() == []
    change(ONE, 4, details={"number": 99})
    assert found() == [Found(Flaw.ALTERED, ONE, 4)]


@pytest.mark.usefixtures("record")
def test_a_removed_row_is_named() -> None:
    with transaction() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.chain_id == ONE, POSITION == 2))
    assert found() == [Found(Flaw.REMOVED, ONE, 2)]


@pytest.mark.usefixtures("record")
def test_rows_that_changed_places_are_named() -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        change(ONE, old, position=new)
    assert found() == [Found(Flaw.REORDERED, ONE, 3)]


@pytest.mark.usefixtures("record")
def test_a_tail_that_was_cut_off_is_named_by_the_seal() -> None:
    with transaction() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.chain_id == ONE, POSITION > 3))
    assert found() == [Found(Flaw.CUT_OFF, ONE, 4, since=2, seal=2)]


@pytest.mark.usefixtures("record")
def test_a_chain_that_is_gone_is_named() -> None:
    with transaction() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.chain_id == OTHER))
    assert found() == [Found(Flaw.CUT_OFF, OTHER, 1, seal=1)]


@pytest.mark.usefixtures("record")
def test_a_chain_that_was_rewritten_from_the_middle_no_longer_meets_its_seal() -> None:
    change(ONE, 4, actor="somebody else")
    chained_again(ONE, 4)
    assert found() == [Found(Flaw.REWRITTEN, ONE, 5, since=2, seal=2)]


def test_who_rewrites_the_seal_as_well_is_found_by_its_copy(record: Flask) -> None:
    assert record
    change(ONE, 4, actor="somebody else")
    chained_again(ONE, 4)
    with transaction() as session:
        last = session.scalars(select(AuditEvent).where(POSITION == 5)).one()
        ends = update(SealedEnd).where(SealedEnd.chain_id == ONE, SealedEnd.position == 5)
        session.execute(ends.values(hash=last.hash))
    assert found() == [
        Found(Flaw.SEAL_ALTERED, seal=2),
        Found(Flaw.REWRITTEN, ONE, 5, since=2, seal=2),
    ]


@pytest.mark.usefixtures("record")
def test_a_seal_that_is_gone_is_known_by_its_copy() -> None:
    with transaction() as session:
        session.execute(delete(SealedEnd).where(SealedEnd.seal == 2))
        session.execute(delete(RecordSeal).where(RecordSeal.number == 2))
    assert found() == [Found(Flaw.SEAL_REMOVED, seal=2)]


def test_a_copy_that_is_gone_or_changed_is_named(record: Flask, settings: Settings) -> None:
    assert record
    folder = settings.data_directory / "copies" / "record"
    (folder / "0000001.tst").unlink()
    forge(folder / "0000002.p7s", (folder / "0000001.p7s").read_bytes())
    assert found() == [Found(Flaw.COPY_MISSING, seal=1), Found(Flaw.SEAL_UNSIGNED, seal=2)]


def forge(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_a_statement_says_what_it_covers_and_what_was_before(record: Flask) -> None:
    assert record
    first, second = db.session.scalars(select(RecordSeal).order_by(RecordSeal.number)).all()
    told = orjson.loads(second.statement)
    assert told["ends"] == 1
    assert told["previous"] == hashlib.sha256(first.statement).hexdigest()
    assert signing.verify_statement(
        second.statement, second.signature or b"", second.token or b""
    ).valid


def test_the_record_is_sealed_once_a_day_even_when_nothing_was_done(app: Flask) -> None:
    assert app
    deeds(ONE, 1)
    assert seal_today() is not None
    assert seal_today() is None
    with shifted(timedelta(days=1)):
        tomorrow = seal_today()
    assert tomorrow is not None
    assert (tomorrow.number, tomorrow.ends) == (2, 0)


def test_what_was_only_noted_is_sealed_too(app: Flask) -> None:
    assert app
    with transaction():
        note(Tag.DEED, actor="a", subject="look", chain=ONE)
    made = seal_record()
    assert made is not None
    assert made.ends == 1


def test_an_authority_that_is_away_only_delays_the_stamp(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds(ONE, 1)
    away = signing.errors.TimestampUnavailable()
    with monkeypatch.context() as patched:
        patched.setattr(signing, "stamp_statement", raising(away))
        assert sealed(app).token is None
    with shifted(timedelta(hours=2)):
        run_due_jobs(app)
    db.session.rollback()
    assert db.session.get_one(RecordSeal, 1).token is not None


def raising(error: Exception) -> Callable[..., bytes]:
    def fail(*_given: object, **_named: object) -> bytes:
        raise error

    return fail


def test_a_proof_leads_from_one_chain_to_the_newest_statement(record: Flask) -> None:
    assert record
    for chain, position in ((ONE, 5), (OTHER, 1)):
        proof = proof_of(chain)
        assert proof is not None
        seal, statement = orjson.loads(proof["seal"]), orjson.loads(proof["statement"])
        end = End.read(proof["end"].encode())
        assert (end.chain_id, end.position) == (chain, position)
        assert merkle.includes(
            merkle.leaf_hash(proof["end"].encode()),
            proof["place"],
            seal["ends"],
            [bytes.fromhex(each) for each in proof["in_tree"]],
            bytes.fromhex(seal["tree"]),
        )
        assert merkle.includes(
            merkle.leaf_hash(proof["seal"].encode()),
            seal["number"] - 1,
            statement["number"],
            [bytes.fromhex(each) for each in proof["in_log"]],
            bytes.fromhex(statement["log"]),
        )


def test_what_was_never_sealed_has_no_proof(app: Flask) -> None:
    assert app
    assert proof_of(new_id()) is None
