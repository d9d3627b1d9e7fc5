"""Who reads what is confidential is drawn; what nobody or the wrong people would see is refused."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from workflows.confidential_rules import check_confidential
from workflows.errors import PackBroken
from workflows.pack import ServicePack, read_pack
from workflows.shapes import GALLERY

PACK = read_pack(GALLERY)
READS = b' motcua:reads="record"'
WEIGHING = b"""candidateGroups="officer"/>
      </bpmn:extensionElements>
      <bpmn:incoming>ask_for_data"""


def said(edit: Callable[[dict[str, Any]], Any]) -> ServicePack:
    manifest = yaml.safe_load(PACK.file("service.yaml"))
    edit(manifest)
    text = yaml.safe_dump(manifest, allow_unicode=True).encode()
    return ServicePack({**PACK.files, "service.yaml": text})


def drawn(before: bytes, after: bytes) -> ServicePack:
    model = PACK.file("process.bpmn")
    assert before in model
    return ServicePack({**PACK.files, "process.bpmn": model.replace(before, after, 1)})


WRONG: dict[str, tuple[Callable[[], ServicePack], str]] = {
    "a kind that no task reads": (lambda: drawn(READS, b""), "no user task reads it"),
    "a kind that is not there": (lambda: drawn(b'reads="record"', b'reads="recrod"'), "“recrod”"),
    "a kind that is not confidential": (
        lambda: said(lambda m: m["documents"]["record"].pop("confidential")),
        "no confidential document",
    ),
    "a machine that reads": (
        lambda: drawn(
            b'<bpmn:callActivity id="ask_for_data"', b'<bpmn:callActivity id="ask_for_data"' + READS
        ),
        "only people read",
    ),
    "the applicant who reads": (
        lambda: drawn(WEIGHING, WEIGHING.replace(b"officer", b"applicant")),
        "at a task of the applicant",
    ),
    "a store that keeps it": (
        lambda: said(lambda m: m["documents"]["record"].update(kept_as="device-notice")),
        "`kept_as`",
    ),
    "an enquiry of no kind": (
        lambda: said(
            lambda m: m["enquiries"].update(tax=dict(m["enquiries"]["record"], purpose={"vi": "x"}))
        ),
        "`enquiries.tax`",
    ),
    "a shape that asks without saying what for": (
        lambda: said(lambda m: m.pop("enquiries")),
        "needs `enquiries`",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_would_be_seen_by_nobody_or_the_wrong_people_is_refused(case: str):
    make, told = WRONG[case]
    with pytest.raises(PackBroken) as refused:
        check_confidential(make())
    assert told in str(refused.value)


def test_two_tasks_of_one_name_do_not_lend_each_other_what_they_read():
    twin = PACK.file("process.bpmn").replace(READS, b"").replace(b'"work_shapes', b'"other')
    with pytest.raises(PackBroken, match="Two user tasks are called “weigh_data”"):
        check_confidential(ServicePack({**PACK.files, "other.bpmn": twin}))


def test_a_purpose_and_a_basis_must_be_said():
    with pytest.raises(PackBroken, match="enquiries"):
        _ = said(lambda m: m["enquiries"]["record"].pop("legal_basis")).manifest


def test_the_gallery_is_in_order():
    check_confidential(PACK)
    assert PACK.confidential_reads == {"weigh_data": frozenset({"record"})}
