"""The runner of test kits counts what it should, on a small kit of our own."""

from pathlib import Path

import pytest

from conformance import __main__ as program
from conformance.dmn import close, run_group, run_kit
from conformance.kit import kit_folder
from feel.values import to_feel
from tests.engine_dmn.models import model

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="http://www.w3.org/2001/XMLSchema">
<modelName>sum.dmn</modelName>
<testCase id="1"><inputNode name="a"><value xsi:type="x:decimal">1</value></inputNode>
  <resultNode name="sum"><expected><value xsi:type="x:decimal">2.000000001</value>
  </expected></resultNode>
  <resultNode name="parts"><expected><list><item><value xsi:type="x:decimal">1</value></item>
    <item><value xsi:nil="true"/></item></list></expected></resultNode></testCase>
<testCase id="2" type="decisionService" invocableName="both">
  <inputNode name="a"><value xsi:type="x:decimal">4</value></inputNode>
  <resultNode name="both"><expected><component name="sum"><value xsi:type="x:decimal">5</value>
    </component><component name="parts"><list><item><value xsi:type="x:decimal">4</value></item>
    <item><value xsi:nil="true"/></item></list></component></expected></resultNode></testCase>
<testCase id="3"><resultNode name="sum" errorResult="true"><expected><value xsi:nil="true"/>
  </expected></resultNode></testCase>
<testCase id="4"><resultNode name="sum"><expected><value xsi:type="x:date">2026-01-31</value>
  </expected></resultNode></testCase>
<testCase id="5"><resultNode name="nowhere"><expected><value>x</value></expected></resultNode>
</testCase></testCases>"""
SUM = model(
    '<inputData id="a" name="a"/><decision id="s" name="sum"><informationRequirement>'
    '<requiredInput href="#a"/></informationRequirement><literalExpression><text>a + 1</text>'
    '</literalExpression></decision><decision id="p" name="parts"><informationRequirement>'
    '<requiredInput href="#a"/></informationRequirement><literalExpression><text>[a, null]</text>'
    '</literalExpression></decision><decisionService id="b" name="both">'
    '<outputDecision href="#s"/><outputDecision href="#p"/><inputData href="#a"/></decisionService>'
)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    group = tmp_path / "kit" / "compliance-level-3" / "0001-sum"
    group.mkdir(parents=True)
    (group / "sum.dmn").write_bytes(SUM)
    (group / "sum-test-01.xml").write_text(CASES)
    return tmp_path / "kit"


def test_every_expected_result_is_counted_and_misses_are_named(kit):
    (group,) = run_kit(kit)
    assert (group.name, group.passed, group.total) == ("compliance-level-3/0001-sum", 4, 6)
    assert [miss.case.case_id for miss in group.misses] == ["4", "5"]
    assert "not None" in program.shown(group)


def test_a_model_that_cannot_be_read_misses_all_its_cases(kit):
    (folder,) = kit.glob("*/*")
    (folder / "sum.dmn").write_text("no model")
    assert run_group(folder).passed == 0


def test_the_figures_are_written_and_a_missed_bar_fails(kit, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DMN_TCK", str(kit))
    monkeypatch.setenv("BPMN_MIWG", str(tmp_path / "none"))
    monkeypatch.setattr(program, "RESULT", tmp_path / "build" / "conformance.json")
    assert program.main() == 1
    written = (tmp_path / "build" / "conformance.json").read_text()
    assert '"compliance-level-3/0001-sum": {\n      "passed": 4,\n      "total": 6' in written
    assert '"bpmn": {}' in written
    assert "66.67%" in capsys.readouterr().out


def test_without_a_kit_the_reader_learns_where_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DMN_TCK", str(tmp_path))
    monkeypatch.setenv("BPMN_MIWG", str(tmp_path))
    assert kit_folder() is None
    assert program.main() == 1
    told = capsys.readouterr().err
    assert "dmn-tck/tck" in told
    assert "bpmn-miwg-test-suite" in told


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        (1, 1.000000001, True),
        (1, 1.1, False),
        ("1", 1, False),
        (True, 1, False),
        ([1], [1, 2], False),
    ],
)
def test_results_are_compared_up_to_the_rounding_of_the_kit(found, expected, same):
    assert close(to_feel(found), to_feel(expected)) is same
