"""The keys of our tokens change by themselves, announced ahead, and old tokens hold to their end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accounts import keys
from accounts.actor import SYSTEM
from accounts.errors import InvalidToken
from accounts.keys import KeyRing, KeyState
from accounts.tokens import Tokens

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Clock:
    """What `accounts.keys` takes for the time."""

    ahead = timedelta()

    @classmethod
    def now(cls, zone: object) -> datetime:
        return datetime.now(UTC) + cls.ahead

    strptime = datetime.strptime


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clock]]:
    monkeypatch.setattr(keys, "datetime", Clock)
    Clock.ahead = timedelta()
    yield Clock
    Clock.ahead = timedelta()


def published(ring: KeyRing) -> list[str]:
    return [key["kid"] for key in ring.published()["keys"]]


def test_the_next_key_is_published_before_it_signs(tmp_path: Path, clock: type[Clock]):
    ring = KeyRing(tmp_path)
    (old,) = published(ring)
    clock.ahead = 89 * DAY
    assert ring.rotate() is None

    clock.ahead = 90 * DAY
    new = ring.rotate()
    assert published(ring) == [old, new]
    assert ring.signing_key()[0] == old
    assert [view.state for view in ring.views()] == [KeyState.NEXT, KeyState.SIGNING]

    clock.ahead += HOUR
    assert ring.signing_key()[0] == new


def test_the_old_key_is_kept_until_its_last_token_has_expired(tmp_path: Path, clock: type[Clock]):
    ring = KeyRing(tmp_path)
    (old,) = published(ring)
    clock.ahead = timedelta(seconds=2)
    new = ring.rotate(at_once=True)
    clock.ahead = DAY
    ring.rotate()
    assert [view.state for view in ring.views()] == [KeyState.SIGNING, KeyState.KEPT]
    assert published(ring) == [old, new]

    clock.ahead = DAY + HOUR + timedelta(seconds=4)
    ring.rotate()
    assert published(ring) == [new]


def test_a_token_of_the_old_key_holds_while_the_new_one_signs(tmp_path: Path, clock: type[Clock]):
    tokens = Tokens(KeyRing(tmp_path), issuer="http://x", seconds=900)
    text = tokens.issue(SYSTEM, frozenset()).text
    clock.ahead = timedelta(seconds=2)
    tokens.keys.rotate(at_once=True)
    clock.ahead = 2 * HOUR

    assert tokens.verify(text).subject == "system"
    assert tokens.verify(tokens.issue(SYSTEM, frozenset()).text).subject == "system"


def test_processes_that_rotate_together_make_one_key(tmp_path: Path, clock: type[Clock]):
    rings = [KeyRing(tmp_path) for _ in range(4)]
    clock.ahead = 90 * DAY
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda ring: ring.rotate(), rings))

    assert len([key_id for key_id in made if key_id]) == 1
    assert len(published(rings[0])) == 2


def test_a_key_that_got_into_other_hands_proves_nothing_any_more(tmp_path: Path):
    tokens = Tokens(KeyRing(tmp_path), issuer="http://x", seconds=900)
    text = tokens.issue(SYSTEM, frozenset()).text
    tokens.keys.withdraw(tokens.keys.signing_key()[0])

    with pytest.raises(InvalidToken):
        tokens.verify(text)
    assert tokens.verify(tokens.issue(SYSTEM, frozenset()).text).subject == "system"
    with pytest.raises(KeyError):
        tokens.keys.withdraw("nobody's")
