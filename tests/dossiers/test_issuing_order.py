"""A result that its leader signs with his own key, then gets its number, then the agency's seal."""

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

import engine
import signing
import workflows
from accounts.errors import FreshProofNeeded
from commands.sample.dossiers import _actor
from core.clock import now
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier
from storage import store
from tests.engine.models import extended, mapping, service
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
LETTER = b"""#import "_layout.typ": *
#let data = json(bytes(sys.inputs.data))
#show: letter.with(data, title: "Quyet dinh", number: data.result.number)
#closing[Noi dung.]
#signed(data, "Giam doc", "Director")
"""
APPROVE = extended(
    "userTask",
    "approve",
    '<zeebe:userTask/><zeebe:formDefinition formId="withdrawal_approval"/>'
    '<zeebe:assignmentDefinition candidateGroups="director"/>',
)
SIGN = service(
    "sign_result",
    "result.sign",
    mapping({"letter": "notice", "result": "=result"}, {"signed": "=signed"}),
)
ORDERS = {
    "number, then signature": ("which_request", "approve", "reserve_number", "sign_result"),
    "signature, then number": ("which_request", "approve", "sign_result", "reserve_number"),
}


def prefixed(xml: str) -> str:
    """Elements of the tests' models in the namespace prefix that the pack uses."""
    return re.sub(r"<(/?)(?=[a-z])(?!zeebe:|bpmn:)", r"<\1bpmn:", xml)


def pack(order: tuple[str, ...]) -> ServicePack:
    """The sample service with an approval and the leader's signature on its way."""
    text = PACK.files["process.bpmn"].decode()
    text = re.sub(r"\s*<bpmn:(incoming|outgoing)>.*?</bpmn:\1>", "", text)
    text = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.DOTALL)
    for pair in ("which_request_to_reserve_number", "reserve_number_to_seal_result"):
        text = re.sub(rf'\s*<bpmn:sequenceFlow id="{pair}"[^>]*/>', "", text)
    text = text.replace("which_request_to_reserve_number", f"which_request_on_{order[1]}")
    ways = "".join(
        f'<bpmn:sequenceFlow id="{a}_on_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in zip(order, (*order[1:], "seal_result"), strict=True)
    )
    text = text.replace("</bpmn:process>", f"{prefixed(APPROVE + SIGN)}{ways}</bpmn:process>")
    seal = '<zeebe:input source="notice" target="letter"/>'
    text = text.replace(seal, seal + '<zeebe:input source="=signed" target="signed"/>')
    steps = {"reserve_number": "number", "sign_result": "sign", "approve": "approve"}
    named = ", ".join(steps[each] for each in order[1:])
    issuing = f"\nissuing:\n  order: [{named}, seal]\n  approved_by: [approve]\n"
    manifest = re.sub(r"\nissuing: .*\n", "\n", PACK.files["service.yaml"].decode())
    manifest = manifest.replace("fresh_proof: [", "fresh_proof: [approve, ") + issuing
    own = {path: file for path, file in PACK.files.items() if not path.startswith("scenarios/")}
    changed = {"process.bpmn": text.encode(), "service.yaml": manifest.encode()}
    return ServicePack({**own, **changed, "letters/notice.typ": LETTER})


@pytest.fixture(params=ORDERS.values(), ids=list(ORDERS))
def ordered(request: pytest.FixtureRequest, installation: Flask) -> tuple[str, ...]:
    with transaction():
        deploy_pack(pack(request.param), by="system")
    return tuple(request.param)


def approved(app: Flask, dossier: Dossier) -> None:
    director = replace(_actor("lanhdao"), proven_at=now())
    (item,) = (
        each for each in queries.tasks(visible_to=director) if each.task.element_id == "approve"
    )
    with transaction():
        token = operations.claim_task(item.task.id, actor=director)
        answers = {"approved": "yes", "remark": "Đồng ý"}
        operations.complete_task(item.task.id, answers, actor=director, language="vi", token=token)
    engine.run_due_jobs(app)
    db.session.expire_all()


def notice(dossier: Dossier) -> bytes:
    (found,) = (
        each
        for each in queries.documents(db.session.get_one(Dossier, dossier.id))
        if each.document_type == "notice"
    )
    with store().open(found.storage_key) as stream:
        return stream.read()


def text_of(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def test_the_result_bears_both_signatures_and_its_number(
    installation: Flask, ordered: tuple[str, ...], paid_dossier: Callable[[], Dossier]
):
    dossier = paid_dossier()
    engine.run_due_jobs(installation)
    approved(installation, dossier)
    pdf = notice(dossier)
    report = signing.verify_pdf(pdf)
    assert report.valid
    assert report.signers == (_actor("lanhdao").name, "Sở Y tế Hà Nội")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fields = [str(field.T) for field in document.Root.AcroForm.Fields]
    assert fields == ["PersonalSignature", "AgencySeal"]
    entry = queries.entry_of(db.session.get_one(Dossier, dossier.id))
    assert entry is not None
    # Numbered before, the letter says it; numbered after, the seal does.
    assert entry.number in text_of(pdf)
    late = ordered.index("reserve_number") > ordered.index("sign_result")
    assert (f"Số: {entry.number}" in text_of(pdf).partition("Ký bởi")[2]) is late
    assert _actor("lanhdao").name in text_of(pdf)


def test_the_leader_signs_between_his_title_and_his_name_where_the_letter_leaves_room(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    with transaction():
        deploy_pack(pack(ORDERS["number, then signature"]), by="system")
    dossier = paid_dossier()
    engine.run_due_jobs(installation)
    approved(installation, dossier)
    pdf = notice(dossier)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        own, seal = document.Root.AcroForm.Fields
        left, lower, right, upper = map(float, own.Rect)
        assert lower > float(seal.Rect[3])
        height = float(document.pages[0].MediaBox[3])
    assert (right - left, upper - lower) == pytest.approx((193, 45), abs=1)
    title, name = height - bottom_of(pdf, "DOC"), height - bottom_of(pdf, "Đức")
    assert title >= upper > lower > name


def bottom_of(pdf: bytes, word: str) -> float:
    """How far below the upper edge a word of the last page ends, where it stands last."""
    command = ["pdftotext", "-bbox", "-", "-"]
    shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return float(re.findall(rf'yMax="([\d.]+)">{word}<', shown)[-1])


def test_nobody_signs_for_the_leader_without_a_fresh_proof(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    with transaction():
        deploy_pack(pack(ORDERS["signature, then number"]), by="system")
    paid_dossier()
    engine.run_due_jobs(installation)
    stale = replace(_actor("lanhdao"), proven_at=None)
    (item,) = (
        each for each in queries.tasks(visible_to=stale) if each.task.element_id == "approve"
    )
    with pytest.raises(FreshProofNeeded), transaction():
        token = operations.claim_task(item.task.id, actor=stale)
        answers = {"approved": "yes", "remark": "x"}
        operations.complete_task(item.task.id, answers, actor=stale, language="vi", token=token)
