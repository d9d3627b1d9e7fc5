"""The fee journal of an agency, its comparison with the payment platform, and tariffs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts import policy
from accounts import queries as accounts
from accounts.policy import Action
from administration import EVERYWHERE
from api.authentication import current_actor, requires
from api.fee_schemas import (
    FeeComparisonSchema,
    FeeJournalArguments,
    FeeJournalSchema,
    FeePeriodSchema,
    GapsSchema,
    TariffSchema,
)
from api.idempotency import once
from api.resource import Resource
from core.database import db
from dossiers.fees.assessing import lines_of
from dossiers.fees.errors import JournalNotFound
from dossiers.fees.journal import Journal, journal
from dossiers.fees.models import FeeReconciliation
from dossiers.fees.reconciling import ask_comparison, find_comparison
from dossiers.fees.warning import tariff_gaps
from workflows.queries import service

resource = Resource("fee books", "Fee journals, comparisons with the platform, tariffs.")


@resource.route("/agencies/<uuid:agency_id>/fee-journal")
@requires(Action.FEE_VIEW)
@resource.arguments(FeeJournalArguments, location="query")
@resource.response(200, FeeJournalSchema)
def show_journal(period: Mapping[str, Any], agency_id: UUID) -> Journal:
    """Show every movement of money of a period, and the sums."""
    _require_books(agency_id)
    return journal(agency_id, **period, visible_to=current_actor())


@resource.route("/agencies/<uuid:agency_id>/fee-comparisons", methods=["POST"])
@requires(Action.FEE_VIEW)
@once
@resource.arguments(FeePeriodSchema)
@resource.response(202, FeeComparisonSchema)
def compare_fees(period: Mapping[str, Any], agency_id: UUID) -> tuple[FeeReconciliation, int]:
    """Have the payment platform asked of every order of a period. Needs an Idempotency-Key."""
    _require_books(agency_id)
    asked = ask_comparison(agency_id, **period, by=current_actor())
    db.session.flush()
    return asked, 202


@resource.route("/fee-comparisons/<uuid:comparison_id>")
@requires(Action.FEE_VIEW)
@resource.response(200, FeeComparisonSchema)
def show_comparison(comparison_id: UUID) -> FeeReconciliation:
    """Show what a comparison found."""
    return find_comparison(comparison_id, visible_to=current_actor())


@resource.route("/services/<key>/tariff")
@requires(Action.SERVICE_VIEW)
@resource.response(200, TariffSchema)
def show_tariff(key: str) -> dict[str, Any]:
    """Show what the fees of a service cost, from which day on, and who said so."""
    return {"items": sorted(lines_of(service(key)), key=lambda line: (line.key, line.first))}


@resource.route("/administration/tariff-gaps")
@requires(Action.SETTING_VIEW)
@resource.response(200, GapsSchema)
def list_gaps() -> dict[str, Any]:
    """List the days for which a tariff has no line soon."""
    return {"items": tariff_gaps(visible_to=current_actor())}


def _require_books(agency_id: UUID) -> None:
    """Raise JournalNotFound alike for an agency that is not there and one of somebody else."""
    known = agency_id != EVERYWHERE and any(each.id == agency_id for each in accounts.agencies())
    scope = policy.Scope(agency_id=agency_id)
    if not known or not policy.allows(current_actor(), Action.FEE_VIEW, scope):
        raise JournalNotFound
