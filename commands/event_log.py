"""`motcua event-log AGENCY FIRST LAST FILE`: what happened, for study, of whom nobody can be told."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from accounts.actor import SYSTEM
from accounts.queries import known_agency
from commands.console import plain_errors
from core.database import db, transaction
from reporting.event_log import as_csv, as_xes, event_log
from reporting.loading import period_of

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_WRITERS = {".xes": as_xes, ".csv": as_csv}


@click.command("event-log")
@click.argument("agency")
@click.argument("first", type=_DAY)
@click.argument("last", type=_DAY)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@plain_errors
def export_event_log(*, agency: str, first: datetime, last: datetime, file: Path) -> None:
    """Write the dossiers that were sent to AGENCY (its code) from FIRST to LAST as FILE (.xes, .csv).

    Pseudonyms are drawn anew for each log; dates of rare cases are coarse. It is on record.
    """
    if file.suffix not in _WRITERS:
        raise click.BadParameter("end it with .xes or .csv", param_hint="FILE")
    found = known_agency(agency)
    period = period_of(first.date(), last.date())
    with transaction():
        cases = event_log(found.id, period, by=SYSTEM)
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(_WRITERS[file.suffix](cases))
    db.session.rollback()
    click.echo(f"{file} is written.")
