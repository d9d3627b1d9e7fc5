"""The case: applicant, legal clock, status, fees, documents, numbering and the public register."""

from flask import Flask

from core.chores import chores
from core.config import Settings
from dossiers import context, feed, issuing, leader_signing, measures, notices, process, settled
from dossiers.archiving import operations as archiving
from dossiers.confidential import setup as confidential
from dossiers.escalation import operations as escalation
from dossiers.feedback import setup as feedback_setup
from dossiers.fees import setup as fees
from dossiers.holdings import setup as holdings
from dossiers.operations import handing_over, journal
from dossiers.privacy import setup as privacy
from dossiers.register_entries import setup as register_entries
from dossiers.requests import telling
from dossiers.signatures import jobs as signatures
from dossiers.sittings import jobs as sittings
from dossiers.sub_dossiers import operations as sub_dossiers
from dossiers.uploads import checking, damage, resuming
from dossiers.uploads import sweeping as uploads
from engine.runtime import Runtime
from workflows.profiles import read_profile


def init_app(app: Flask, settings: Settings, runtime: Runtime) -> None:
    """Install the jurisdiction and the feed, and tell the engine what processes may ask of cases."""
    context.install(app, settings)
    settled.install(app, read_profile(settings.profile))
    feed.install(app)
    notices.install(app)
    measures.install(app)
    process.install(runtime)
    handing_over.install(runtime)
    issuing.install(runtime)
    checking.install(runtime)
    damage.install(app, runtime)
    quarantine = uploads.QuarantineSweeping()
    chores(app).add("sweep quarantine", uploads.EVERY, quarantine.go_on)
    chores(app).add("expire uploads", resuming.EVERY, resuming.expire)
    leader_signing.install(runtime)
    archiving.install(runtime)
    chores(app).add("archive results", archiving.EVERY, archiving.order_archives)
    signatures.install(runtime)
    sittings.install(runtime)
    telling.install(runtime)
    privacy.install(app, settings, runtime)
    feedback_setup.install(app)
    confidential.install(app, runtime)
    register_entries.install(app, runtime)
    holdings.install(app, runtime)
    fees.install(app, runtime)
    chores(app).add("end parts", sub_dossiers.EVERY, sub_dossiers.end_abandoned)
    chores(app).add("escalate", escalation.EVERY, escalation.escalate_all)
    chores(app).add("seal looks", journal.SEALING_SECONDS, journal.seal_looks)
