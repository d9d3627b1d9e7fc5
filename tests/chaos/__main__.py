"""`python -m tests.chaos`: kill workers, crash PostgreSQL, race clerks; nothing may get lost or double.

Everybody who acts writes down what was acknowledged. Afterwards the database must hold all of it, and
each effect of each step exactly once. A run can be repeated by its seed, as far as processes can.
"""

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random
from threading import Event

import click

from core import logs
from tests.chaos.checks import faults, remaining
from tests.chaos.crew import Crew
from tests.chaos.public import Ledger, Public
from tests.chaos.site import Site, running_site
from tests.servers import restartable_postgres

WORKERS = 3
RESTART_EVERY = (5.0, 20.0)
LONGEST_END = 150.0
LONGEST_TROUBLE = 3600.0


@click.command()
@click.option("--minutes", default=2.0, show_default=True, help="How long there is trouble.")
@click.option("--cases", default=0, show_default=True, help="Trouble goes on until so many began.")
@click.option("--seed", default="", help="The seed to repeat; else the commit.")
def chaos(minutes: float, cases: int, seed: str) -> None:
    """Run the engine through trouble, then compare what was acknowledged with what there is."""
    logs.configure("CRITICAL")
    seed = seed or _commit()
    click.echo(f"seed {seed}, {minutes:g} minutes of trouble")
    ledger = Ledger(Path("build/chaos") / f"{seed}.jsonl")
    with ExitStack() as stack:
        postgres, restart = stack.enter_context(restartable_postgres())
        site = stack.enter_context(running_site(postgres))
        found = _run(site, restart, ledger, Random(seed), (minutes * 60, cases))
    ledger.close()
    for fault in found:
        click.echo(f"FAULT {fault}")
    if found:
        raise click.exceptions.Exit(1)


def _commit() -> str:
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "motcua"


def _run(
    site: Site,
    restart: Callable[[], None],
    ledger: Ledger,
    random: Random,
    most: tuple[float, int],
) -> list[str]:
    """Trouble lasts `most` seconds and until as many cases began."""
    crew, public, started = Crew(site.url, WORKERS), Public(site.app, ledger), time.monotonic()
    trouble_over, all_over = Event(), Event()
    with ThreadPoolExecutor() as threads:
        troubles = [
            threads.submit(crew.trouble, Random(random.random()), trouble_over),
            threads.submit(_storm, restart, ledger, Random(random.random()), trouble_over),
            threads.submit(public.apply, Random(random.random()), trouble_over),
        ]
        clerks = [threads.submit(public.decide, f"clerk-{n}", all_over) for n in range(2)]
        trouble_over.wait(most[0])
        _wait_for_cases(ledger, most[1])
        trouble_over.set()
        for trouble in troubles:
            trouble.result()
        _wait_for_the_end(site)
        all_over.set()
        for clerk in clerks:
            clerk.result()
    codes = crew.dismiss()
    _report(crew, ledger, site, time.monotonic() - started)
    return [*faults(site, ledger), *(f"a worker ended with {code}" for code in codes if code)]


def _storm(restart: Callable[[], None], ledger: Ledger, random: Random, over: Event) -> None:
    while not over.wait(random.uniform(*RESTART_EVERY)):
        restart()
        ledger.counts["crash of PostgreSQL"] += 1


def _wait_for_cases(ledger: Ledger, cases: int) -> None:
    end = time.monotonic() + LONGEST_TROUBLE
    while len(ledger.acknowledged["start"]) < cases and time.monotonic() < end:
        time.sleep(0.5)


def _wait_for_the_end(site: Site) -> None:
    end = time.monotonic() + LONGEST_END
    while remaining(site) and time.monotonic() < end:
        time.sleep(0.5)


def _report(crew: Crew, ledger: Ledger, site: Site, seconds: float) -> None:
    effects = site.count("SELECT count(*) FROM chaos_effect")
    attempts = site.count("SELECT count(*) FROM chaos_attempt")
    click.echo(f"{crew.kills} kills, {crew.pauses} pauses, {seconds:.0f} s in all")
    click.echo(f"{effects} effects, {attempts} calls, {effects / seconds:.0f} effects/s")
    for what, ids in ledger.acknowledged.items():
        click.echo(f"{len(ids)} acknowledged: {what}")
    for what, count in sorted(ledger.counts.items()):
        click.echo(f"{count} {what}")


if __name__ == "__main__":
    chaos()
