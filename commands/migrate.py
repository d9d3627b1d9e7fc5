"""`motcua migrate`: takes running processes over to another version of their service."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from accounts.actor import SYSTEM
from commands.console import plain_errors
from commands.errors import MappingUnreadable
from core import i18n
from core.database import reading, transaction
from dossiers.operations.migrations import (
    Passage,
    begin_passage,
    passage_items,
    passage_report,
    plan_passage,
    try_passage,
)
from dossiers.versions import versions_in_use
from engine.migration.models import MigrationState
from engine.migration.operations import work_waiting
from engine.migration.plan import USUAL, MigrationPlan, Place, Renewal
from engine.migration.queries import MigrationReport
from engine.migration.remarks import Remark
from engine.queries import EVERYTHING
from workflows.queries import version_named

LANGUAGE = "en"
SHORT = 12
MOST_SHOWN = 1000
SHOWN_INSTANCES = 3


@click.group()
def migrate() -> None:
    """Take running processes over to another version of their service.

    SOURCE and TARGET are versions (their first letters will do), or the key of a service: its
    current version.
    """


def _of_passage(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments of every command that needs two versions."""
    options = (
        click.argument("source"),
        click.argument("target"),
        click.option("--process", "process_id", default="", help="Not the service's main process."),
        click.option("--map", "pairs", multiple=True, metavar="OLD=NEW", help="Of element ids."),
        click.option(
            "--renew",
            multiple=True,
            type=click.Choice([str(each) for each in Renewal]),
            default=[str(each) for each in sorted(USUAL)],
            help="What open tasks take over; once for each.",
        ),
        click.option("--language", type=click.Choice(i18n.LANGUAGES), default=LANGUAGE),
    )
    for option in reversed(options):
        command = option(command)
    return command


@migrate.command()
@with_appcontext
@plain_errors
def versions() -> None:
    """List the versions that are offered or still have running processes."""
    with reading():
        for each in versions_in_use(visible_to=EVERYTHING):
            offered = "offered" if each.offered else ""
            click.echo(f"{each.service_key}  {each.version[:SHORT]}  {each.running:6} {offered}")


@migrate.command("plan")
@_of_passage
@with_appcontext
@plain_errors
def show_plan(language: str, **told: Any) -> None:
    """Show which element becomes which, what changes, and where nothing can go over."""
    with reading():
        found = plan_passage(_passage(**told), actor=SYSTEM)
    with force_locale(language):
        click.echo("\n".join(_plan_lines(found)))


@migrate.command("dry-run")
@_of_passage
@with_appcontext
@plain_errors
def dry_run(language: str, **told: Any) -> None:
    """Try it in memory on every running process; fails when one cannot go over."""
    with reading():
        verdicts = try_passage(_passage(**told), actor=SYSTEM)
    refused = [verdict for verdict in verdicts if not verdict.is_migratable]
    with force_locale(language):
        for line in _refusals([(each.instance_id, each.against) for each in refused]):
            click.echo(line)
    click.echo(f"{len(verdicts) - len(refused)} can go over, {len(refused)} cannot")
    if refused:
        raise click.exceptions.Exit(1)


@migrate.command()
@_of_passage
@click.option("--reason", required=True, help="Kept in the record of every case.")
@with_appcontext
@plain_errors
def run(reason: str, language: str, **told: Any) -> None:
    """Take every running process over; those that cannot stay as they are."""
    with transaction():
        migration_id = begin_passage(_passage(**told), actor=SYSTEM, reason=reason)
    work_waiting(migration_id)
    _tell(migration_id, language)


@migrate.command()
@click.argument("migration_id", type=click.UUID)
@click.option("--language", type=click.Choice(i18n.LANGUAGES), default=LANGUAGE)
@with_appcontext
@plain_errors
def report(migration_id: UUID, language: str) -> None:
    """Show how far a migration is, and why processes were refused."""
    _tell(migration_id, language)


def _passage(
    source: str, target: str, process_id: str, pairs: Iterable[str], renew: Iterable[str]
) -> Passage:
    return Passage(
        version_named(source),
        version_named(target),
        process_id,
        dict(map(_pair, pairs)),
        frozenset(Renewal(each) for each in renew),
    )


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise MappingUnreadable(text=text)
    return old, new


def _plan_lines(found: MigrationPlan) -> Iterator[str]:
    for scope in found.scopes:
        yield from _remarks(scope.warnings)
        for place in scope.places.values():
            yield f"{'/'.join(place.path)} -> {_target(place)}"
            yield from _remarks([*place.against, *place.warnings])
    closed = sum(not place.is_open for place in found.places)
    yield f"{len(found.places) - closed} elements go over, {closed} do not"


def _target(place: Place) -> str:
    return place.target.name if place.target is not None and place.is_open else "-"


def _remarks(remarks: Iterable[Remark]) -> Iterator[str]:
    for each in remarks:
        yield f"    {i18n.translated(each.text, each.params)} ({each.code})"


def _refusals(refused: Iterable[tuple[UUID, Iterable[Remark]]]) -> Iterator[str]:
    """Every reason once, with how many it holds back and some of them."""
    held: dict[str, list[UUID]] = {}
    for instance_id, remarks in refused:
        for line in _remarks(remarks):
            held.setdefault(line.strip(), []).append(instance_id)
    for line, instance_ids in held.items():
        some = ", ".join(map(str, instance_ids[:SHOWN_INSTANCES]))
        more = " …" if len(instance_ids) > SHOWN_INSTANCES else ""
        yield f"{len(instance_ids)} × {line}: {some}{more}"


def _tell(migration_id: UUID, language: str) -> None:
    with reading():
        found: MigrationReport = passage_report(migration_id, actor=SYSTEM)
        refused = passage_items(
            migration_id, actor=SYSTEM, state=MigrationState.REFUSED, after=None, limit=MOST_SHOWN
        )
    click.echo(f"migration {found.id}")
    click.echo(", ".join(f"{count} {state}" for state, count in found.counts.items()))
    with force_locale(language):
        for line in _refusals([(each.instance_id, each.remarks) for each in refused]):
            click.echo(line)
