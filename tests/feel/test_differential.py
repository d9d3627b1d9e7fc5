"""The same generated expressions, evaluated here and by feelin: every difference has its reason."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from feel import to_text
from feel.syntax import Node
from tests.feel.differences import reason
from tests.feel.peer import Peer, feelin, ours
from tests.feel.trees import expressions


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with feelin() as running:
        yield running


def differential(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def explain(tree: Node, peer: Peer) -> None:
    if not peer.agrees(tree):
        part = peer.culprit(tree)
        text = to_text(part)
        assert reason(part, peer), f"{text}: {ours(part)!r}, feelin {peer.answer(text)}"


@differential(250)
@given(tree=expressions)
def test_no_difference_to_feelin_is_unexplained(tree: Node, peer: Peer) -> None:
    explain(tree, peer)


@pytest.mark.slow
@pytest.mark.timeout(600)
@differential(8_000)
@given(tree=expressions)
def test_no_difference_to_feelin_is_unexplained_in_a_long_run(tree: Node, peer: Peer) -> None:
    explain(tree, peer)
