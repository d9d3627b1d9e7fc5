"""`make bench`: one table on the screen, and build/bench.json for whoever compares runs."""

import sys
from pathlib import Path

import orjson

from bench import (
    decision_rows,
    engine_rows,
    evidence_rows,
    feel_rows,
    http_rows,
    job_rows,
    list_rows,
    peer_rows,
)
from bench.measuring import Row

RESULT = Path("build/bench.json")


def main() -> int:
    """Measure, print, write; 1 when a goal was missed."""
    modules = (
        feel_rows,
        decision_rows,
        engine_rows,
        peer_rows,
        http_rows,
        job_rows,
        list_rows,
        evidence_rows,
    )
    rows = [row for module in modules for row in module.rows()]
    print(f"{'':<50} {'µs':>10} {'ratio':>8} {'goal':>8}  against")
    for row in rows:
        print(shown(row))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_bytes(orjson.dumps([row.as_dict() for row in rows], option=orjson.OPT_INDENT_2))
    return 0 if all(row.ok for row in rows) else 1


def shown(row: Row) -> str:
    """One line of the table."""
    mark = " " if row.ok else "!"
    return (
        f"{mark}{row.name:<49} {row.value:>10.1f} {row.ratio:>8.2f} {row.goal:>8}  {row.baseline}"
    )


if __name__ == "__main__":
    sys.exit(main())
