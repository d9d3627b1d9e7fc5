"""Work shapes: parts of processes that services call, kept with the version of each service."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import feel
from core.i18n import LANGUAGES
from engine.bpmn.reading import parse_xml
from workflows.errors import PackBroken
from workflows.pack import ServicePack, read_pack
from workflows.shapes import GALLERY, IN_PACK, known_shapes, read_shape, shape_files

PACK = read_pack(GALLERY)


def with_file(path: str, content: bytes) -> ServicePack:
    return ServicePack({**PACK.files, path: content})


def test_the_gallery_calls_every_shape():
    assert sorted(PACK.manifest.shapes) == list(known_shapes())


@pytest.mark.parametrize("name", known_shapes())
def test_a_shape_tells_what_it_needs_and_gives_in_every_language(name: str):
    shape = read_shape(name)
    told = [shape.name, shape.summary, *shape.needs.values(), *shape.gives.values()]
    assert all(set(texts) == set(LANGUAGES) for texts in told)


@pytest.mark.parametrize("name", known_shapes())
def test_the_process_of_a_shape_bears_its_name_and_reads_what_it_says(name: str):
    shape = read_shape(name)
    model = shape_files(name)[f"{IN_PACK}{name}/process.bpmn"]
    ids = [each.get("id") for each in parse_xml("process.bpmn", model).iter("{*}process")]
    assert ids == [shape.process]
    for variable in shape.needs:
        assert variable.split(".")[0] in model.decode()
    for variable in shape.gives:
        assert variable.split(".")[-1] in model.decode()


def test_the_page_names_every_shape_with_what_it_needs_and_gives():
    page = (Path(__file__).parents[2] / "docs" / "shapes.md").read_text("utf-8")
    for name in known_shapes():
        shape = read_shape(name)
        for word in (name, shape.process, *shape.needs, *shape.gives):
            assert f"`{word}`" in page


def test_the_shapes_are_part_of_the_version():
    model = "shapes/approval/process.bpmn"
    assert with_file(model, PACK.files[model] + b" ").version != PACK.version
    assert "approval_decision" in PACK.forms
    assert PACK.element_name("approve", "", "en") == "Approve"


def test_a_form_of_its_own_takes_the_place_of_a_shapes_form():
    form = PACK.files["shapes/approval/forms/approval_decision.form"]
    changed = form.replace("Ý kiến của người phê duyệt".encode(), "Quyết định của Bộ".encode())
    pack = with_file("forms/approval_decision.form", changed)
    assert "Quyết định của Bộ" in pack.form("approval_decision").components[0].label("vi")


def test_deploying_takes_todays_shapes_and_no_others():
    stale = with_file("shapes/gone/process.bpmn", b"<x/>").with_shapes()
    assert stale.files == PACK.files


def test_an_unknown_shape_is_refused_with_those_there_are():
    manifest = PACK.files["service.yaml"].replace(b"expert-council", b"expert-counsel")
    with pytest.raises(PackBroken, match=r"expert-counsel.*There are: approval, data-enquiry"):
        with_file("service.yaml", manifest).with_shapes()


def quorum_of(members: int, share: Decimal) -> int:
    """What the council's own script says."""
    model = shape_files("expert-council")[f"{IN_PACK}expert-council/process.bpmn"]
    tasks = parse_xml("process.bpmn", model).iter("{*}scriptTask")
    (task,) = [each for each in tasks if each.get("id") == "count_votes"]
    (script,) = task.iter("{*}script")
    count = feel.compile_expression(str(script.get("expression")).removeprefix("="))
    told = {"council_convening": {"members": members}, "council": {"quorum": share}, "opinions": []}
    return int(count.evaluate(told)["quorum"])


TWO_THIRDS = Decimal(2) / 3


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("0.5", Fraction(1, 2)),
        ("0.333", Fraction(1, 3)),
        (str(TWO_THIRDS), Fraction(2, 3)),
        ("0.6667", Fraction(2, 3)),
        ("0.6666", Fraction(2, 3)),
        ("0.667", Fraction(2, 3)),
        ("0.66", Fraction(66, 100)),
        ("0.75", Fraction(3, 4)),
        ("0.8", Fraction(4, 5)),
        ("1", Fraction(1)),
    ],
)
def test_a_quorum_is_at_least_its_share_however_that_is_rounded(written: str, share: Fraction):
    for members in range(1, 31):
        assert quorum_of(members, Decimal(written)) == -(-share * members // 1)


def test_more_than_half_is_written_501_thousandths():
    for members in range(1, 31):
        assert quorum_of(members, Decimal("0.501")) == members // 2 + 1
