"""The comparison after the trouble sees what is lost, double or stuck."""

from pathlib import Path
from uuid import uuid4

from core.database import transaction
from engine.runtime import current_runtime
from tests.chaos.checks import faults
from tests.chaos.house import SLOW
from tests.chaos.public import Ledger
from tests.chaos.site import Site


def test_losses_doubles_and_what_is_stuck_are_named(site: Site, tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    lost, doubled, missing, stuck = uuid4(), uuid4(), uuid4(), site.start(SLOW, seconds=0)
    ledger.acknowledge("start", lost)
    ledger.acknowledge("loose", doubled)
    ledger.acknowledge("loose", missing)
    for _ in range(2):
        ledger.acknowledge("complete", stuck)
        with transaction() as session:
            session.connection().exec_driver_sql(
                "INSERT INTO chaos_effect VALUES (%s, '', 1)", (doubled,)
            )
    found = " | ".join(faults(site, ledger))
    ledger.close()

    assert f"lost: {lost}" in found
    assert f"effect of a loose job of {doubled}: 2 times" in found
    assert f"effect of a loose job of {missing}: 0 times" in found
    assert f"completed 2 times: {stuck}" in found
    assert f"{stuck} is active" in found
    assert "job left: ('slow', 'ready'" in found


def test_a_run_without_any_trouble_has_no_faults(site: Site, tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    site.hire()
    with transaction():
        instance_id = uuid4()
        current_runtime().enqueue("count", instance_id, {})
    ledger.acknowledge("loose", instance_id)
    site.wait_until(lambda: site.count("SELECT count(*) FROM engine_job") == 0, 20)
    site.dismiss()

    assert faults(site, ledger) == []
    ledger.close()
