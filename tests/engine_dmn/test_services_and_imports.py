"""Decision services are functions of their inputs (DMN 10.4); imported models keep their names."""

from typing import Any

import pytest

from engine.dmn import DecisionModel, parse_bundle, parse_decisions
from engine.dmn.errors import CircularImport, UnreadableModel
from tests.engine_dmn.models import HEAD, model
from tests.engine_dmn.test_boxes import text


def needs(kind: str, *references: str) -> str:
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return "".join(f'<{outer}><{kind} href="{each}"/></{outer}>' for each in references)


def decision(name: str, body: str, requires: str = "", type_ref: str = "Any") -> str:
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<decision id="{name}" name="{name}">{variable}{requires}{body}</decision>'


INPUT = '<inputData id="in" name="in"><variable name="in" typeRef="number"/></inputData>'
SERVICE = (
    INPUT
    + decision("rate", text('"never asked"'))
    + decision("half", text("in / 2"), needs("requiredInput", "#in"))
    + decision("cost", text("half * rate"), needs("requiredDecision", "#half", "#rate"), "number")
    + '<decisionService id="svc" name="svc"><outputDecision href="#cost"/>'
    '<encapsulatedDecision href="#half"/><inputDecision href="#rate"/><inputData href="#in"/>'
    "</decisionService>"
)


def asked(expression: str) -> Any:
    call = decision("call", text(expression), needs("requiredKnowledge", "#svc"))
    return parse_decisions(model(SERVICE + call)).evaluate("call", {"in": 99}).value


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("svc(10, 3)", 15),
        ("svc(rate: 3, in: 10)", 15),
        ("svc([10], 3)", 15),
        ("svc(10)", None),
        ('svc("ten", 3)', None),
        ("svc(10, 3, 5)", None),
        ("svc instance of function", None),
        ("[svc(2, 1), svc(4, 1)]", [1, 2]),
    ],
)
def test_a_service_is_called_with_its_input_data_and_then_its_input_decisions(
    call: str, value: Any
) -> None:
    assert asked(call) == (True if "instance" in call else value)


def test_a_service_is_asked_directly_with_its_inputs_by_name() -> None:
    decisions = parse_decisions(model(SERVICE))
    assert decisions.evaluate("svc", {"in": 10, "rate": 3}).value == 15
    assert decisions.evaluate("svc", {"in": 10}).value is None


def test_a_service_with_several_outputs_answers_with_a_context() -> None:
    service = SERVICE.replace(
        '<outputDecision href="#cost"/>',
        '<outputDecision href="#cost"/><outputDecision href="#half"/>',
    )
    value = parse_decisions(model(service)).evaluate("svc", {"in": 10, "rate": 3}).value
    assert value == {"cost": 15, "half": 5}


def test_a_service_inside_a_service_is_called_too() -> None:
    outer = (
        decision(
            "twice",
            text("svc(in, 4) * 2"),
            needs("requiredInput", "#in") + needs("requiredKnowledge", "#svc"),
        )
        + '<decisionService id="outer" name="outer"><outputDecision href="#twice"/>'
        '<inputData href="#in"/></decisionService>'
    )
    assert parse_decisions(model(SERVICE + outer)).evaluate("outer", {"in": 10}).value == 40


def test_a_knowledge_model_is_a_function_of_typed_parameters() -> None:
    bkm = (
        '<businessKnowledgeModel id="f" name="factorial"><variable name="factorial" typeRef="{}"/>'
        '<encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
        f"{text('if n <= 1 then 1 else n * factorial(n - 1)')}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )
    function_type = (
        '<itemDefinition name="tFunction"><functionItem outputTypeRef="number">'
        '<parameters name="n" typeRef="number"/></functionItem></itemDefinition>'
    )
    for declared, value in (("number", 120), ("tFunction", 120), ("string", None)):
        decisions = parse_decisions(model(function_type + bkm.format(declared)))
        assert decisions.evaluate("factorial", {"n": 5}).value == value


def imported(namespace: str, body: str, uses: str = "") -> bytes:
    return (HEAD.replace("urn:test", namespace) + uses + body + "</definitions>").encode()


def use(namespace: str, prefix: str) -> str:
    return f'<import namespace="{namespace}" name="{prefix}" importType="DMN"/>'


PERSON = imported(
    "urn:a",
    '<itemDefinition name="tName"><typeRef>string</typeRef></itemDefinition>'
    '<inputData id="n" name="person"><variable name="person" typeRef="tName"/></inputData>'
    + decision("hello", text('"hello " + person'), needs("requiredInput", "#n")),
)


def greeting(namespace: str) -> bytes:
    body = decision(
        "greeting",
        text('a.hello + "!"'),
        needs("requiredDecision", "urn:a#hello"),
        "a.tName",
    )
    return imported(namespace, body, use("urn:a", "a"))


BOTH = imported(
    "urn:c",
    decision(
        "both",
        text("[one.greeting, two.greeting]"),
        needs("requiredDecision", "urn:one#greeting", "urn:two#greeting"),
    ),
    use("urn:one", "one") + use("urn:two", "two"),
)


def bundle() -> dict[str, DecisionModel]:
    return parse_bundle(
        {"c": BOTH, "two": greeting("urn:two"), "one": greeting("urn:one"), "a": PERSON}
    )


def test_files_are_read_in_the_order_of_their_imports() -> None:
    assert list(bundle()) == ["c", "two", "one", "a"]


def test_inputs_of_imported_models_are_given_below_the_import() -> None:
    context = {"one": {"a": {"person": "An"}}, "two": {"a": {"person": "Bình"}}}
    assert bundle()["c"].evaluate("both", context).value == ["hello An!", "hello Bình!"]


def test_inputs_that_all_imports_share_may_be_given_once() -> None:
    assert bundle()["c"].evaluate("both", {"person": "An"}).value == ["hello An!"] * 2


def test_an_import_without_a_name_brings_plain_names() -> None:
    body = decision("d", text('hello + "?"'), needs("requiredDecision", "urn:a#hello"))
    models = parse_bundle({"d": imported("urn:d", body, use("urn:a", "")), "a": PERSON})
    assert models["d"].evaluate("d", {"person": "An"}).value == "hello An?"


def test_models_that_import_each_other_are_refused_with_the_file() -> None:
    files = {
        "a": imported("urn:x", "", use("urn:y", "y")),
        "b": imported("urn:y", "", use("urn:x", "x")),
    }
    with pytest.raises(CircularImport) as caught:
        parse_bundle(files)
    assert caught.value.file == "a"


def test_two_files_of_one_namespace_are_refused() -> None:
    with pytest.raises(UnreadableModel, match="same namespace"):
        parse_bundle({"a": PERSON, "b": PERSON})


def test_references_to_the_own_namespace_may_be_written_out() -> None:
    body = INPUT + decision("d", text("in + 1"), needs("requiredInput", "urn:test#in"))
    assert parse_decisions(model(body)).evaluate("d", {"in": 1}).value == 2
