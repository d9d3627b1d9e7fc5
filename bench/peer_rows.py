"""Another engine on the same process: bpmn-engine from npm, as it comes, in a Node of its own."""

import os
import subprocess
import sys
from pathlib import Path

import orjson

from bench.engine_rows import CALLS, DATA, SUBMITTED, at_review, permit
from bench.measuring import Row, at_least, informing, interleaved, per_call

PEER = Path(__file__).parent / "peer"
CYCLES = 30


def rows() -> list[Row]:
    """Restore, finish the review, save: ours against the peer's, and how large the states are."""
    ours, stock = permit()
    saved, _ = at_review(ours, stock)
    sizes: set[int] = set()
    measured = interleaved(
        {
            "ours": lambda: per_call(lambda: ours.cycle(saved, {}), CALLS),
            "peer": lambda: peer_cycle(sizes),
        },
        rounds=3,
    )
    ratio = measured["peer"] / measured["ours"]
    return [
        at_least("restore + advance + save", measured["ours"], "bpmn-engine from npm", ratio, 5),
        informing(
            f"bytes of a saved state: {len(saved)}",
            0,
            f"bpmn-engine: {max(sizes)}",
            max(sizes) / len(saved),
        ),
    ]


def peer_cycle(sizes: set[int]) -> float:
    """Seconds per cycle of the peer; notes how many bytes its state has."""
    done = subprocess.run(
        ["node", "cycle.mjs", "permit.bpmn", str(CYCLES)],
        cwd=PEER,
        input=orjson.dumps({**SUBMITTED, **DATA}),
        capture_output=True,
        check=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    answer = orjson.loads(done.stdout)
    sizes.add(answer["bytes"])
    return float(answer["seconds"])
