"""`motcua import`: units, staff or licences from a file, tried and made as on the pages."""

import json
import time
from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext

import engine
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.queries import account_by_login
from commands.console import plain_errors
from core.database import db, transaction
from importing import operations, queries
from importing.mapping import Mapping
from importing.models import ImportRun, ImportState
from importing.sorts import SORTS

_PAUSE = 0.2


@click.command()
@click.argument("sort", type=click.Choice(sorted(SORTS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "login", required=True, help="Login of the administrator who imports.")
@click.option("--mapping", "name", default="", help="Name of a mapping that was kept.")
@click.option(
    "--map-file", type=click.Path(exists=True, path_type=Path), help="A mapping as a JSON file."
)
@click.option("--service", default="", help="Key of the service that licences are of.")
@click.option("--encoding", default="", help="Encoding of a CSV file that is not Unicode.")
@click.option("--dry-run", is_flag=True, help="Only try every row; fails if one has a problem.")
@with_appcontext
@plain_errors
def import_file(
    sort: str,
    file: Path,
    *,
    login: str,
    name: str,
    map_file: Path | None,
    service: str,
    encoding: str,
    dry_run: bool,
) -> None:
    """Import a file; rows with problems are left out. Somebody else releases it on the page."""
    by, content = _administrator(login), file.read_bytes()
    with transaction():
        run = operations.upload(content, file.name, sort, by=by, service=service, encoding=encoding)
        mapping = _mapping(sort, name, map_file, by)
        if mapping is not None:
            operations.use_mapping(run.id, mapping, by=by)
        operations.check(run.id, by=by)
        import_id, total, faulty = run.id, run.rows, _tell_problems(run)
        if dry_run:
            db.session.rollback()
    if not dry_run:
        _make(import_id, by)
    elif faulty:
        raise click.ClickException(f"{faulty} of {total} rows have problems.")
    else:
        click.echo(f"All {total} rows can be imported.")


def _make(import_id: UUID, by: Actor) -> None:
    """Start it and work until it is done, together with whatever workers there are."""
    with transaction():
        operations.start(import_id, by=by)
    while (run := _as_it_is(import_id, by)).state is ImportState.RUNNING:
        if not engine.run_due_jobs(current_app._get_current_object()):  # type: ignore[attr-defined]  # a proxy
            time.sleep(_PAUSE)
    told = ", ".join(f"{count} {state}" for state, count in sorted(queries.counts(run).items()))
    click.echo(f"Import {run.id}: {told}. Another administrator releases it.")


def _as_it_is(import_id: UUID, by: Actor) -> ImportRun:
    db.session.rollback()
    db.session.expire_all()
    return queries.find_import(import_id, visible_to=by)


def _administrator(login: str) -> Actor:
    account = account_by_login(login)
    found = accounts.actor(f"account:{account.id}") if account else None
    if found is None:
        raise click.ClickException(f"There is no account {login}.")
    return found


def _mapping(sort: str, name: str, file: Path | None, by: Actor) -> Mapping | None:
    if file is not None:
        return Mapping.from_json(json.loads(file.read_text("utf-8")))
    return queries.find_mapping(sort, name, visible_to=by) if name else None


def _tell_problems(run: ImportRun) -> int:
    """Print a line for each problem; returns how many rows have one."""
    db.session.flush()
    db.session.expire_all()
    rows = queries.faulty_rows(run)
    for row in rows:
        for each in row.problems:
            title, remedy = (each[part] % each["params"] for part in ("title", "remedy"))
            click.echo(f"row {row.number}, {each['field'] or 'whole row'}: {title}. {remedy}")
    return len(rows)
