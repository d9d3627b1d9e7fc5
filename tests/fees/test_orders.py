"""What an application owes is ordered with the line of the tariff it comes from."""

from datetime import UTC, datetime

import pytest

from core import clock
from core.database import transaction
from dossiers import queries
from dossiers.fees import exemptions
from dossiers.fees.assessing import fee_today
from dossiers.fees.errors import (
    ExemptionDecided,
    ExemptionNotFound,
    ExemptionStands,
    FeeDetermined,
    FeeUndetermined,
    FeeUnsaid,
    ProofMissing,
)
from dossiers.fees.models import FeeExemption, FeeLine, FeeRefund
from dossiers.models import DossierStatus
from engine.models import Incident
from tests.fees.packs import CERTIFICATE, HALVED, KIND, POOR, line
from tests.fees.steps import (
    OFFICER,
    actor,
    apply,
    ask_exemption,
    decide_exemption,
    fresh,
    matters,
    moved,
    orders,
    paid,
    report,
    rows,
    run_due_jobs,
    take,
)
from tests.tabled import with_fee_table
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.queries import service

GOES_ON = {DossierStatus.RECEIVED, DossierStatus.PROCESSING, DossierStatus.DELIVERED}


def test_the_line_by_which_a_fee_is_owed_is_kept_with_the_order(offered):
    dossier = apply(offered(tariff=[line(until="2030-12-31")]))
    (order,) = orders(dossier)
    (kept,) = rows(FeeLine)
    assert (order.amount, order.state, order.checkout_url is not None) == (
        3_000_000,
        "pending",
        True,
    )
    assert (kept.tariff_key, kept.amount, kept.source, kept.verified, str(kept.valid_until)) == (
        "appraisal/-/any",
        3_000_000,
        "Circular 1",
        True,
        "2030-12-31",
    )


def test_several_fees_are_paid_by_one_order(offered):
    app = offered(
        kinds={"appraisal": KIND, "certificate": CERTIFICATE},
        tariff=[line(), line(fee="certificate", amount=200_000)],
    )
    (order,) = orders(apply(app))
    assert order.amount == 3_200_000
    lines = sorted(rows(FeeLine), key=lambda each: each.position)
    assert [each.fee for each in lines] == ["appraisal", "certificate"]


def test_a_day_without_a_line_stops_nobody(offered):
    app = offered(tariff=[line(until="2025-01-01")])
    (order,) = orders(apply(app))
    (kept,) = rows(FeeLine)
    assert (order.state, order.amount, kept.fallback) == ("pending", 3_000_000, "last")


def test_an_officer_says_the_amount_where_the_rule_says_so(offered):
    app = offered(kinds={"appraisal": {**KIND, "fallback": "ask"}}, tariff=[])
    dossier = apply(app)
    (order,) = orders(dossier)
    assert (order.amount, order.checkout_url, matters()) == (0, None, [("tariff-gap", True)])
    with pytest.raises(FeeUndetermined):
        take(order)
    with transaction():
        exemptions.determine(order.id, 750_000, basis="Circular 9", by=actor(OFFICER))
    run_due_jobs(app)
    order = fresh(order)
    assert (order.amount, order.state, matters()) == (750_000, "pending", [("tariff-gap", False)])
    with pytest.raises(FeeDetermined), transaction():
        exemptions.determine(order.id, 1, basis="Circular 9", by=actor(OFFICER))
    report(order)
    run_due_jobs(app)
    assert fresh(dossier).status in GOES_ON


def test_who_owes_nothing_by_rule_goes_on_without_paying(offered):
    app = offered(exemptions={"poor": {**POOR, "when": '=organisation_number = "0315123453"'}})
    dossier = apply(app)
    (order,) = orders(dossier)
    assert (order.amount, order.state, order.way, moved()) == (0, "paid", "waived", [])
    (kept,) = rows(FeeExemption)
    assert (kept.state, kept.basis) == ("by-rule", "Decree 1")
    assert fresh(dossier).status in GOES_ON


def test_a_granted_exemption_takes_the_place_of_the_order(offered):
    dossier = apply(offered(exemptions={"half": HALVED}))
    (first,) = orders(dossier)
    asked = ask_exemption(first, "half")
    decide_exemption(asked)
    first, second = orders(dossier)
    assert (first.state, second.state, second.amount) == ("cancelled", "created", 1_500_000)
    assert second.claim_id == first.id
    assert [each.exemption for each in rows(FeeLine)] == ["", "half"]
    with pytest.raises(ExemptionDecided):
        decide_exemption(asked)


def test_a_whole_exemption_with_its_proof_lets_the_case_go_on(offered):
    app = offered(exemptions={"poor": POOR})
    dossier = apply(app)
    (order,) = orders(dossier)
    with pytest.raises(ProofMissing):
        ask_exemption(order, "poor")
    decide_exemption(ask_exemption(order, "poor", proof=True))
    run_due_jobs(app)
    assert [each.state for each in orders(dossier)] == ["cancelled", "paid"]
    assert fresh(dossier).status in GOES_ON


def test_a_denied_exemption_leaves_the_fee_as_it_was(offered):
    dossier = apply(offered(exemptions={"half": HALVED}))
    (order,) = orders(dossier)
    decide_exemption(ask_exemption(order, "half"), granted=False)
    assert (fresh(order).state, queries.open_payment(dossier)) == ("pending", order)
    ask_exemption(order, "half")
    with pytest.raises(ExemptionStands):
        ask_exemption(order, "half")


def test_what_was_paid_too_much_is_to_be_given_back(offered):
    _, order = paid(offered(exemptions={"half": HALVED}))
    decide_exemption(ask_exemption(order, "half"))
    (refund,) = rows(FeeRefund)
    assert (refund.amount, refund.ground, fresh(order).state) == (
        1_500_000,
        "exemption",
        "refund-asked",
    )


def test_an_exemption_that_the_service_does_not_know_is_refused(offered):
    (order,) = orders(apply(offered()))
    with pytest.raises(ExemptionNotFound):
        ask_exemption(order, "mayor")


def test_the_fee_of_today_is_told_before_one_applies(offered):
    offered(tariff=[line(until="2026-12-31"), line(amount=9, **{"from": "2027-01-01"})])
    pack = service("device-declaration-b")
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        assert fee_today(pack, {}) == 3_000_000
    with clock.at(datetime(2027, 2, 1, tzinfo=UTC)):
        assert fee_today(pack, {}) == 9


def test_nobody_pays_nothing_because_a_table_has_no_rule_for_him(installation):
    pack = with_fee_table()
    late = pack.files["decisions.dmn"].replace(b'date("2025-07-01")', b'date("2199-07-01")')
    late = late.replace(b'&lt; date("2199-07-01")', b'&lt; date("2020-01-01")')
    with transaction():
        deploy_pack(ServicePack({**pack.files, "decisions.dmn": late}), by="system")
    dossier = apply(installation)
    (incident,) = rows(Incident)
    assert FeeUnsaid.code in incident.message
    assert (orders(dossier), dossier.status) == ([], DossierStatus.SUBMITTED)
