"""The ground of the sweeps: one of everything that belongs to somebody, and people who may not have it.

Things stand by the names that they have in addresses. They belong to the owner, or to the agency
that settles the owner's dossiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import departments, operations, queries
from accounts.actor import SYSTEM, Kind, Role
from accounts.authentication import Authentication
from accounts.department_models import GrantProposal, Substitution
from accounts.models import BrowserSession, Queue, RoleGrant
from accounts.representing.models import Invitation, Mandate
from administration.models import ProposalState, SettingProposal, SettingSubject
from auditing.evidence.models import EvidenceExport
from auditing.models import AccessReview, ReviewedGrant, Sample, SampledDossier
from commands.sample.application import SAO_MAI, paper
from connectors.webhooks.models import Webhook
from core.audit import AuditEvent
from core.clock import now, today
from core.database import db, transaction
from core.ids import new_id
from dossiers.confidential.models import DataEnquiry, EnquiryState, SealedAnswer
from dossiers.confidential.sealing import Answer, seal
from dossiers.feedback.models import Petition
from dossiers.fees.models import (
    ExemptionState,
    FeeExemption,
    FeeMatter,
    FeeReceipt,
    FeeReconciliation,
    FeeRefund,
    MatterKind,
    RefundGround,
)
from dossiers.handovers.models import HandOver
from dossiers.holdings.models import Holding
from dossiers.models import BookNumber, Dossier, PaymentOrder
from dossiers.privacy.models import SubjectExport
from dossiers.register_entries.models import CertifiedCopy
from dossiers.requests.models import DossierRequest, RequestKind
from dossiers.sittings.models import Sitting
from dossiers.uploads.models import Upload
from engine import operations as engine
from importing.models import ImportRun
from reporting.models import Report, ReportKind
from tests.api import rows
from tests.api.house import AGENCY, Caller, House, caller
from tests.engine.models import flows, model, user

WAITING = model(
    '<startEvent id="s"/>'
    + user("decide", "desk-clerk")
    + '<endEvent id="e"/>'
    + flows("s -> decide", "decide -> e")
)
NUMBER = SAO_MAI["organisation_number"]
Ids = dict[str, str]


_DAY = {"day": "2030-01-02", "sort": "rest", "name": "x", "source": "x", "certainty": "official"}


@dataclass(frozen=True)
class Things:
    """What belongs to the owner and his agency: with a draft, and with a submitted dossier."""

    draft: Ids
    submitted: Ids


def things_of(house: House) -> Things:
    """Make one of everything."""
    owner = UUID(house.owner.actor_id.removeprefix("account:"))
    with house.app.app_context(), transaction():
        member = operations.add_membership(owner, NUMBER, by=SYSTEM).id
    drafts = [_dossier(house) for _ in range(2)]
    with house.app.app_context():
        rows.submitted(drafts[1]["dossier_id"], "H26.16-261121-0001")
        settled = _settled(house, owner, UUID(drafts[1]["dossier_id"]))
    settled |= {"membership_id": str(member), "number": NUMBER, "client_id": "portal"}
    draft, submitted = ({**each, **settled} for each in drafts)
    return Things(draft, submitted)


def nothing_of(ids: Mapping[str, str], *kept: str) -> Ids:
    """The same names for what is not there, but for those that are kept."""
    return {name: value if name in kept else str(new_id()) for name, value in ids.items()}


def _dossier(house: House) -> Ids:
    draft = house.owner.draft()
    house.owner.upload(draft["id"], "iso_13485", paper("x"))
    with house.app.app_context():
        return {
            "dossier_id": draft["id"],
            "chain": draft["id"],
            "record_id": draft["id"],
            "reference": draft["reference"],
            "code": draft["reference"],
            "task_id": str(rows.task(draft["id"], "device-officer", "desk_check")),
            "document_id": str(rows.document_of(draft["id"])),
            "request_id": _request(UUID(draft["id"])),
            "petition_id": _petition(UUID(draft["id"])),
            "enquiry_id": _enquiry(UUID(draft["id"])),
            "upload_id": _upload(UUID(draft["id"]), house.owner.actor_id),
        }


def _upload(dossier_id: UUID, owner: str) -> str:
    """What the owner has begun to send in pieces."""
    begun = Upload(
        id=new_id(),
        dossier_id=dossier_id,
        owner=owner,
        document_type="iso_13485",
        file_name="x.pdf",
        length=10,
        received=0,
        begun_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    with transaction() as session:
        session.add(begun)
    return str(begun.id)


def _request(dossier_id: UUID) -> str:
    """What the applicant has asked for."""
    asked = DossierRequest(
        id=new_id(),
        dossier_id=dossier_id,
        kind=RequestKind.WITHDRAWAL,
        round=1,
        reason="x",
        what={},
        asked_by="x",
        by_applicant=True,
    )
    with transaction() as session:
        session.add(asked)
    return str(asked.id)


def _enquiry(dossier_id: UUID) -> str:
    """What another system was asked about the applicant, and has answered."""
    asked = DataEnquiry(
        id=new_id(),
        dossier_id=dossier_id,
        instance_id=new_id(),
        kind="record",
        purpose="x",
        legal_basis="x",
        state=EnquiryState.ANSWERED,
        asked_at=now(),
    )
    with transaction() as session:
        session.add(asked)
        session.flush()
        session.add(
            SealedAnswer(
                enquiry_id=asked.id,
                sealed=seal(Answer("x"), asked.id),
                delivered_by="x",
                delivered_at=now(),
            )
        )
    return str(asked.id)


def _petition(dossier_id: UUID) -> str:
    """What the applicant has said about it."""
    dossier = db.session.get_one(Dossier, dossier_id)
    moments = ("sent_at", "refuse_until", "ask_until", "answer_until")
    sent = Petition(
        id=new_id(),
        reference=f"PA-{dossier.reference}",
        agency_id=dossier.agency_id,
        service_key=dossier.service_key,
        sender_id=dossier.owner_id,
        name="",
        email="",
        language="vi",
        text="x",
        may_be_published=True,
        **{name: now() for name in moments},
    )
    with transaction() as session:
        session.add(sent)
    return str(sent.id)


def _settled(house: House, owner: UUID, dossier_id: UUID) -> Ids:
    """What belongs to the agency that settles the dossier, and to its people."""
    agency = queries.known_agency(AGENCY)
    clerk = UUID(house.desk_clerk.actor_id.removeprefix("account:"))
    instance_id = _instance(dossier_id)
    with transaction() as session:
        unit = departments.create_unit(agency.id, "tra-lai", {"vi": "Phòng Tra lại"}, by=SYSTEM)
        grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == clerk)).one()
        operations.sign_in(Authentication(clerk, assurance=1))
        opened = select(BrowserSession.id).where(BrowserSession.account_id == clerk)
        made = {
            "agency_id": agency.id,
            "unit_id": unit.id,
            "account_id": clerk,
            "grant_id": grant.id,
            "instance_id": instance_id,
            "session_id": session.scalars(opened).one(),
            **_of_the_desk(session, agency.id, dossier_id, grant.id),
            **_of_administrators(session, agency.id, clerk),
            **_of_the_organisation(session, owner),
            "export_id": _export(session, owner),
            "evidence_id": _evidence(session, owner, dossier_id),
            **_of_the_register(session, agency.id, dossier_id),
            **_fees(session, agency.id, dossier_id),
            "report_id": _report(session, agency.id),
            "hand_over_id": _hand_over(session, agency.id, unit.id, dossier_id),
            "sitting_id": _sitting(session, owner),
        }
    absent = ("incident_id", "intervention_id", "fingerprint", "migration_id", "job_id", "key_id")
    return {name: str(value) for name, value in {**made, **dict.fromkeys(absent, new_id())}.items()}


def _sitting(session: Session, owner: UUID) -> UUID:
    sitting = Sitting(id=new_id(), by=f"account:{owner}", language="vi")
    session.add(sitting)
    return sitting.id


def _report(session: Session, agency_id: UUID) -> UUID:
    day = today() - timedelta(days=1)
    report = Report(
        id=new_id(),
        agency_id=agency_id,
        kind=ReportKind.QUALITY,
        first_day=day,
        last_day=day,
        asked_by="system",
        content=[],
    )
    session.add(report)
    return report.id


def _fees(session: Session, agency_id: UUID, dossier_id: UUID) -> dict[str, Any]:
    """A fee with everything that may come of it."""
    order = PaymentOrder(
        id=new_id(),
        dossier_id=dossier_id,
        reference="MC-FOREIGN",
        amount=1,
        currency="VND",
        state="paid",
        transaction_code="T",
        created_at=now(),
        paid_at=now(),
    )
    session.add(order)
    session.flush()
    about: dict[str, Any] = {"order_id": order.id, "dossier_id": dossier_id}
    money: dict[str, Any] = {"amount": 1, "currency": "VND"}
    made: dict[str, Any] = {
        "exemption_id": FeeExemption(
            **about, exemption="x", percent=1, basis="x", state=ExemptionState.ASKED, asked_by="x"
        ),
        "matter_id": FeeMatter(
            **about,
            **money,
            agency_id=agency_id,
            kind=MatterKind.PAID_TWICE,
            transaction_code="T2",
        ),
        "refund_id": FeeRefund(
            **about,
            **money,
            agency_id=agency_id,
            reference="HP-FOREIGN",
            way="cash",
            transaction_code="T",
            ground=RefundGround.RULE,
            reason="x",
            asked_by="x",
        ),
        "receipt_id": FeeReceipt(
            **about,
            **money,
            agency_id=agency_id,
            series="X",
            year=2026,
            sequence=1,
            number="X-1",
            payer="x",
            lines=[],
            way="cash",
            issued_by="x",
        ),
        "comparison_id": FeeReconciliation(
            agency_id=agency_id, first=today(), last=today(), asked_by="x", differences=[]
        ),
    }
    session.add_all(made.values())
    session.flush()
    return {"order_id": order.id, **{name: each.id for name, each in made.items()}}


def _instance(dossier_id: UUID) -> UUID:
    about = rows.proceeding(db.session.get_one(Dossier, dossier_id))
    with transaction():
        definition = engine.deploy({"waiting.bpmn": WAITING})
        engine.start(definition, "p", {}, instance_id=about)
    return about


def _of_the_desk(
    session: Session, agency_id: UUID, dossier_id: UUID, grant_id: UUID
) -> dict[str, Any]:
    day: dict[str, Any] = {"first_day": today(), "last_day": today()}
    sample = Sample(
        id=new_id(),
        agency_id=agency_id,
        service_key="",
        seed="s",
        population=1,
        drawn_by="x",
        **day,
    )
    review = AccessReview(id=new_id(), agency_id=agency_id, day=today(), opened_by="x")
    session.add_all([sample, review])
    session.flush()
    session.add(SampledDossier(sample_id=sample.id, position=1, dossier_id=dossier_id))
    session.add(ReviewedGrant(review_id=review.id, grant_id=grant_id, waiting=True))
    return {"sample_id": sample.id, "review_id": review.id}


def _of_administrators(session: Session, agency_id: UUID, clerk: UUID) -> dict[str, Any]:
    queue = Queue(id=new_id(), agency_id=agency_id, code="tra-lai", names={"vi": "Tra lại"})
    away = Substitution(
        id=new_id(), account_id=clerk, first_day=today(), last_day=today(), named_by="x"
    )
    role = GrantProposal(
        id=new_id(),
        account_id=clerk,
        role=Role.DIRECTOR,
        agency_id=agency_id,
        reason="x",
        proposed_by="x",
    )
    subject = SettingSubject(id=new_id(), kind="calendar-day", agency_id=agency_id, key=_DAY["day"])
    session.add_all([queue, away, role, subject])
    session.flush()
    setting = SettingProposal(
        id=new_id(),
        subject_id=subject.id,
        value=_DAY,
        valid_from=today(),
        reason="x",
        state=ProposalState.PROPOSED,
        proposed_by="x",
    )
    run = ImportRun(
        id=new_id(),
        sort="units",
        file_name="x.csv",
        file_hash="x",
        columns=[],
        mapping={"columns": {}, "values": {}, "dates": "dmy"},
        rows=0,
        uploaded_by="x",
    )
    session.add_all([setting, run])
    return {
        "queue_id": queue.id,
        "substitution_id": away.id,
        "proposal_id": setting.id,
        "role_proposal_id": role.id,
        "import_id": run.id,
    }


def _of_the_organisation(session: Session, owner: UUID) -> dict[str, Any]:
    invitation = Invitation(
        id=new_id(),
        organisation_number=NUMBER,
        role="reader",
        invited="x",
        token_hash=b"x",
        invited_by="x",
        expires_at=now() + timedelta(days=1),
    )
    mandate = Mandate(
        id=new_id(),
        principal_account_id=owner,
        principal_name="x",
        agent_account_id=owner,
        services=[],
        actions=["prepare"],
        valid_from=now(),
        proof="given",
        given_by="x",
    )
    webhook = Webhook(
        id=new_id(),
        acting_for=NUMBER,
        address="https://x.example/",
        sealed_secret=b"x",
        position=0,
        made_by=owner,
    )
    session.add_all([invitation, mandate, webhook])
    return {"invitation_id": invitation.id, "mandate_id": mandate.id, "webhook_id": webhook.id}


def _export(session: Session, owner: UUID) -> UUID:
    export = SubjectExport(
        id=new_id(),
        account_id=owner,
        language="vi",
        ready_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    session.add(export)
    return export.id


def _evidence(session: Session, owner: UUID, dossier_id: UUID) -> UUID:
    export = EvidenceExport(
        id=new_id(),
        dossier_id=dossier_id,
        whole=False,
        language="vi",
        purpose="x",
        asked_by=f"account:{owner}",
        expires_at=now() + timedelta(days=1),
    )
    session.add(export)
    return export.id


def _of_the_register(session: Session, agency_id: UUID, dossier_id: UUID) -> dict[str, Any]:
    number = BookNumber(
        id=new_id(),
        agency_id=agency_id,
        book="pcbb",
        sequence=1,
        number="000000001/PCBB-HN",
        dossier_id=dossier_id,
        reserved_at=now(),
    )
    entry = rows.entry_of(session.get_one(Dossier, dossier_id), number.number, "code")
    session.add_all([number, entry])
    session.flush()
    copy = CertifiedCopy(
        id=new_id(),
        entry_id=entry.id,
        number_id=number.id,
        number="1/SY",
        check_code="copy-code",
        language="vi",
        sequence=0,
        state="valid",
        state_on=today(),
        asked_by="x",
        asked_at=now(),
    )
    session.add(copy)
    made = {"number_id": number.id, "entry_id": entry.id, "copy_id": copy.id}
    return {**made, "holding_id": _holding(session, dossier_id)}


def _holding(session: Session, dossier_id: UUID) -> UUID:
    dossier = session.get_one(Dossier, dossier_id)
    holding = Holding(
        id=new_id(),
        owner_id=dossier.owner_id,
        acting_for=dossier.acting_for,
        document_type="iso-13485",
        signature="none",
        file_name="x.pdf",
        media_type="application/pdf",
        size=1,
        sha256="x",
        storage_key="x",
        dossier_id=dossier_id,
        document_id=new_id(),
        added_by="x",
        added_at=now(),
    )
    session.add(holding)
    return holding.id


def _hand_over(session: Session, agency_id: UUID, unit_id: UUID, dossier_id: UUID) -> UUID:
    """To a unit of the agency, where nothing has acknowledged it."""
    handed = HandOver(
        id=new_id(),
        dossier_id=dossier_id,
        purpose="Thẩm định",
        from_agency_id=agency_id,
        from_person="account:x",
        to_agency_id=agency_id,
        to_unit_id=unit_id,
    )
    session.add(handed)
    return handed.id


def narrowed(house: House, name: str, role: Role, narrowing: str) -> Caller:
    """Somebody of the dossiers' agency whose grant is narrowed to a unit, or a service, of its own."""
    queue = "device-officer" if role is Role.OFFICER else None
    with house.app.app_context():
        agency = queries.known_agency(AGENCY)
        with transaction():
            account = operations.create_account(name, name, kind=Kind.STAFF, by=SYSTEM)
            reach: dict[str, Any] = {"service": "another-service"}
            if narrowing == "unit":
                unit = departments.create_unit(agency.id, name, {"vi": name}, by=SYSTEM)
                reach = {"unit_id": unit.id}
            operations.grant_role(
                account.id, role, agency_id=agency.id, queue=queue, by=SYSTEM, **reach
            )
        return caller(house.app, f"account:{account.id}")


def refused(house: House, actor_id: str) -> int:
    """How often somebody's refusal is on record."""
    query = select(func.count()).where(
        AuditEvent.tag == "accounts:access:refused", AuditEvent.actor == actor_id
    )
    with house.app.app_context():
        return db.session.scalar(query) or 0
