"""What must hold after the trouble, asked of the database alone and of what was acknowledged."""

from collections import Counter
from uuid import UUID

from tests.chaos.house import EFFECTS
from tests.chaos.public import Ledger
from tests.chaos.site import Site

_DONE = "SELECT id FROM engine_instance WHERE state = 'completed'"
_OPEN = "SELECT id, state FROM engine_instance WHERE state <> 'completed'"
_EFFECTS = "SELECT instance_id, step FROM chaos_effect"
_KEYS = """SELECT instance_id, step FROM chaos_attempt
    GROUP BY instance_id, step HAVING count(DISTINCT job_id) > 1"""
_LEFT = "SELECT kind, state, attempts, last_error FROM engine_job"
_INCIDENTS = "SELECT element_id, message FROM engine_incident"
_REMAINING = """SELECT (SELECT count(*) FROM engine_job)
    + (SELECT count(*) FROM engine_instance WHERE state = 'active')"""


def remaining(site: Site) -> int:
    """How many jobs and instances are not done yet."""
    return site.count(_REMAINING)


def faults(site: Site, ledger: Ledger) -> list[str]:
    """Everything that is lost, double or stuck."""
    done = {row.id for row in site.rows(_DONE)}
    return [
        *(f"{row.id} is {row.state}" for row in site.rows(_OPEN)),
        *(f"job left: {tuple(row)}" for row in site.rows(_LEFT)),
        *(f"incident: {tuple(row)}" for row in site.rows(_INCIDENTS)),
        *(f"lost: {lost}" for lost in set(ledger.acknowledged["start"]) - done),
        *(f"two keys for one call: {tuple(row)}" for row in site.rows(_KEYS)),
        *_twice(ledger),
        *_wrong_effects(site, ledger, done),
    ]


def _twice(ledger: Ledger) -> list[str]:
    """Two clerks cannot both have completed the one task of a case."""
    completed = Counter(ledger.acknowledged["complete"])
    return [f"completed {count} times: {case}" for case, count in completed.items() if count > 1]


def _wrong_effects(site: Site, ledger: Ledger, done: set[UUID]) -> list[str]:
    """Each step of each case, and each loose job, exactly once; nothing that nobody asked for."""
    happened = Counter((row.instance_id, row.step) for row in site.rows(_EFFECTS))
    expected = {(case, step) for case in done for step in EFFECTS}
    expected |= {(case, "") for case in ledger.acknowledged["loose"]}
    counts = {effect: happened[effect] for effect in expected | set(happened)}
    return [
        f"effect {step or 'of a loose job'} of {case}: {count} times"
        for (case, step), count in counts.items()
        if count != 1 and (step or count > 1 or (case, step) in expected)
    ]
