"""Decisions build on inputs, on other decisions and on business knowledge."""

from decimal import Decimal

import pytest

from engine.dmn import UnknownDecision, parse_decisions
from engine.dmn.errors import (
    CircularRequirement,
    CircularType,
    FaultyExpression,
    UnknownReference,
    UnreadableModel,
    UnsupportedElement,
)
from tests.engine_dmn.models import HEAD, model, table

GRAPH = model(
    """
    <inputData id="in" name="diện tích"><variable name="diện tích" typeRef="number"/></inputData>
    <businessKnowledgeModel id="bkm" name="phí theo bậc">
      <encapsulatedLogic><formalParameter name="bậc" typeRef="number"/>
        <literalExpression><text>bậc * 1000</text></literalExpression></encapsulatedLogic>
    </businessKnowledgeModel>
    <decision id="tier" name="Bậc"><variable name="bậc"/>
      <informationRequirement><requiredInput href="#in"/></informationRequirement>
      <literalExpression><text>if diện tích > 100 then 2 else 1</text></literalExpression>
    </decision>
    <decision id="fee" name="Phí"><variable name="phí" typeRef="number"/>
      <informationRequirement><requiredDecision href="#tier"/></informationRequirement>
      <knowledgeRequirement><requiredKnowledge href="#bkm"/></knowledgeRequirement>
      <context>
        <contextEntry><variable name="gốc"/>
          <invocation><literalExpression><text>phí theo bậc</text></literalExpression>
            <binding><parameter name="bậc"/>
              <literalExpression><text>bậc</text></literalExpression></binding>
          </invocation></contextEntry>
        <contextEntry><literalExpression><text>gốc + 5</text></literalExpression></contextEntry>
      </context>
    </decision>
    <decisionService id="svc" name="dịch vụ"><outputDecision href="#fee"/>
      <encapsulatedDecision href="#tier"/><inputData href="#in"/></decisionService>
    """
)


def test_required_decisions_and_knowledge_are_computed_first() -> None:
    outcome = parse_decisions(GRAPH).evaluate("fee", {"diện tích": 120})
    assert outcome.value == Decimal(2005)


def test_a_decision_is_found_by_id_or_name() -> None:
    decisions = parse_decisions(GRAPH)
    assert decisions.evaluate("Bậc", {"diện tích": 1}).decision_id == "tier"
    assert [decision.element_id for decision in decisions.decisions] == ["tier", "fee"]


def test_a_decision_service_answers_like_its_output_decision() -> None:
    assert parse_decisions(GRAPH).evaluate("svc", {"diện tích": 1}).value == Decimal(1005)


def test_an_input_that_is_not_of_its_type_counts_as_unknown() -> None:
    assert parse_decisions(GRAPH).evaluate("tier", {"diện tích": "rộng"}).value == Decimal(1)


def test_an_unknown_decision_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownDecision, match="tier, fee"):
        parse_decisions(GRAPH).evaluate("thuế", {})


def test_decisions_that_wait_for_each_other_are_refused() -> None:
    loop = model(
        '<decision id="a" name="a"><informationRequirement><requiredDecision href="#b"/>'
        "</informationRequirement><literalExpression><text>b</text></literalExpression></decision>"
        '<decision id="b" name="b"><informationRequirement><requiredDecision href="#a"/>'
        "</informationRequirement><literalExpression><text>a</text></literalExpression></decision>"
    )
    with pytest.raises(CircularRequirement):
        parse_decisions(loop).evaluate("a", {})


def test_a_requirement_without_target_is_refused_when_reading() -> None:
    with pytest.raises(UnknownReference, match="missing"):
        parse_decisions(
            model(
                '<decision id="a" name="a"><informationRequirement>'
                '<requiredInput href="#missing"/></informationRequirement></decision>'
            )
        )


def test_a_faulty_cell_is_refused_with_its_place_and_feels_own_words() -> None:
    with pytest.raises(FaultyExpression, match="FEEL writes = instead") as caught:
        parse_decisions(table("a == 1 -> 1"))
    assert caught.value.params["element"] == "rule1"


def test_all_faults_of_a_draft_are_collected_when_reading_is_not_strict() -> None:
    draft = parse_decisions(table("a == 1 -> 1\n( -> 2\n3 -> 3"), strict=False)
    assert len(draft.faults) == 2
    assert draft.evaluate("fee", {"age": 3}).value == 3


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a/>",
        b"not xml",
        b"<!DOCTYPE definitions [<!ENTITY e 'x'>]>" + model(""),
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + model(""),
        HEAD.replace("20230324", "20991231").encode() + b"</definitions>",
    ],
)
def test_what_is_not_plain_dmn_is_refused(xml: bytes) -> None:
    with pytest.raises(UnreadableModel):
        parse_decisions(xml)


def test_an_unknown_kind_of_logic_is_refused() -> None:
    with pytest.raises(UnsupportedElement, match="script"):
        parse_decisions(model('<decision id="a" name="a"><script/></decision>'))


def test_an_evaluation_does_not_change_the_model_or_the_context() -> None:
    decisions, context = parse_decisions(GRAPH), {"diện tích": 120}
    first = decisions.evaluate("fee", context)
    assert decisions.evaluate("fee", context) == first
    assert context == {"diện tích": 120}


def test_a_type_that_is_only_itself_is_refused() -> None:
    with pytest.raises(CircularType):
        parse_decisions(
            model(
                '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
                '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>'
            )
        )


def test_a_type_may_contain_itself() -> None:
    body = (
        '<itemDefinition name="tTree"><itemComponent name="inner" isCollection="true">'
        '<typeRef>tTree</typeRef></itemComponent></itemDefinition><inputData id="t" name="t">'
        '<variable name="t" typeRef="tTree"/></inputData><decision id="d" name="d">'
        '<informationRequirement><requiredInput href="#t"/></informationRequirement>'
        "<literalExpression><text>count(t.inner)</text></literalExpression></decision>"
    )
    tree = {"inner": [{"inner": []}, {"inner": [{"inner": []}]}]}
    assert parse_decisions(model(body)).evaluate("d", {"t": tree}).value == Decimal(2)
