"""Counters give every number once and leave no gap, however many ask at once."""

import threading

import pytest

from core.database import db, transaction
from dossiers import models
from dossiers.operations.counters import next_value


@pytest.fixture
def app(each_database, bare_app):
    assert models.Counter.__tablename__ in db.metadata.tables
    return bare_app


def test_many_at_once_get_neither_gaps_nor_doubles(app):
    taken = []

    def take():
        with app.app_context():
            for _ in range(10):
                with transaction():
                    taken.append(next_value("book"))
            db.session.remove()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 61))


def test_a_number_whose_transaction_fails_is_given_again(app):
    class Failure(Exception):
        pass

    with pytest.raises(Failure), transaction():
        next_value("book")
        raise Failure
    with transaction():
        assert next_value("book") == 1
