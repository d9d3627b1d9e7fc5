"""Faults are found before an expression runs: unknown names, kinds that do not go together."""

from typing import Any

import pytest

from feel import FeelSyntaxError, check, compile_expression, compile_unary_tests

KNOWN = {
    "amount": "number",
    "kind": "string",
    "open": "boolean",
    "issued": "date",
    "period": "days and time duration",
    "applicant": "context<age: number, name: string>",
    "staff": "list<context<years: number, name: string>>",
    "anything": "Any",
}


def findings(text: str) -> list[tuple[str, int]]:
    return [
        (type(finding).__name__, finding.position)
        for finding in check(compile_expression(text), KNOWN)
    ]


@pytest.mark.parametrize(
    ("text", "name", "position"),
    [
        ("amuont > 3", "UnknownName", 0),
        ("staff[yeers > 3]", "UnknownName", 6),
        ("{a: 1, b: a + 1, c: missing}", "UnknownName", 20),
        ("applicant.agee", "UnknownMember", 0),
        ("for s in staff return s.yers", "UnknownMember", 22),
        ("staff.name.x", "UnknownMember", 0),
        ("issued.hour", "UnknownMember", 0),
        ("flor(1.5)", "UnknownFunction", 0),
        ("amount(1)", "UnknownFunction", 0),
        ("upper case(amount)", "WrongArguments", 0),
        ('substring(kind, "a")', "WrongArguments", 0),
        ("substring(kind)", "WrongArguments", 0),
        ("substring(text: kind, start position: 1)", "WrongArguments", 0),
        ("(function(a) a)(1, 2)", "WrongArguments", 1),
        ('amount > "3"', "OperandsMisfit", 0),
        ("amount + kind", "OperandsMisfit", 0),
        ("issued + 3", "OperandsMisfit", 0),
        ("upper case(kind) + 1", "OperandsMisfit", 0),
        ('sum(staff.years) + "a"', "OperandsMisfit", 0),
        ("staff[1].name + 1", "OperandsMisfit", 0),
        ("-kind", "OperandsMisfit", 0),
        ("open and amount", "OperandsMisfit", 9),
        ("if amount then 1 else 2", "OperandsMisfit", 3),
        ('kind in ("a", 3)', "OperandsMisfit", 14),
        ("kind in [1..5]", "OperandsMisfit", 8),
        ('[amount.."a"]', "OperandsMisfit", 0),
        ("amount > null", "OperandsMisfit", 0),
        ("null + 1", "OperandsMisfit", 0),
        ("issued > now()", "OperandsMisfit", 0),
        ("(function(a: number) a + kind)(1)", "OperandsMisfit", 21),
        ("{a: 1, a: 2}", "RepeatedKey", 0),
        ('date("2026-02-30") > issued', "NoResult", 0),
    ],
)
def test_a_part_that_is_always_null_is_named_with_its_place(
    text: str, name: str, position: int
) -> None:
    assert findings(text) == [(name, position)]


@pytest.mark.parametrize(
    "text",
    [
        'amount > 3 and kind = "x" and open',
        "issued + period > issued",
        "issued.year + 1 = applicant.age",
        "staff[years > 3 and item.name != null].name",
        "sum(staff[1].years) > count(staff)",
        "anything.x.y + 1 > anything[z > 3].q",
        "is defined(missing)",
        "get or else(amount, 1) > 3",
        "sort(staff, function(a, b) a.years < b.years)",
        "for i in 1..amount return partial[-1] + i",
        "amount = null or kind != null",
        "every s in staff satisfies s.years in [1..5]",
        'kind in ("a", "b") or amount in (< 3, > 5)',
        "(function(a: number) a + 1)(amount) > 3",
    ],
)
def test_an_expression_without_faults_has_no_findings(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("cell", "value", "faults"),
    [
        ("< 5", "number", 0),
        ("[1..5], amount", "number", 0),
        ('starts with(?, "DP")', "string", 0),
        ("-", "date", 0),
        ("anything", "number", 0),
        ('"a"', "number", 1),
        ('not("a", 3)', "number", 1),
        ("[1..5]", "string", 1),
        ('? > "a"', "number", 1),
        ("kind", "number", 1),
    ],
)
def test_a_cell_is_checked_against_its_input(cell: str, value: str, faults: int) -> None:
    assert len(check(compile_unary_tests(cell), KNOWN, value=value)) == faults


def test_a_finding_says_how_to_mend_it() -> None:
    (finding,) = check(compile_expression("amuont > 3"), KNOWN)
    assert (finding.part, finding.position) == ("amuont", 0)
    assert "known here: amount" in str(finding)


def test_names_alone_may_be_known() -> None:
    assert [f.part for f in check(compile_expression("a + b"), ["a"])] == ["b"]


def test_a_type_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(FeelSyntaxError):
        check(compile_expression("a"), {"a": "nummer"})


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("missing + 1", [("UnknownName", 0)]),
        ("(vắng + 1) * 2", [("NullVariable", 1)]),
        ("owner.citty", [("UnknownMember", 0)]),
        ("owner.city + 1", [("NullVariable", 0)]),
        ('(1 + "a") * 2', [("OperandsMisfit", 1)]),
        ('date("2026-02-30") > today()', [("NoResult", 0)]),
        ("1 / 0", [("NoResult", 0)]),
        ("substring(1, 2)", [("WrongArguments", 0)]),
        ("no such function(1)", [("UnknownFunction", 0)]),
        ("rows[7]", [("NothingAtPosition", 0)]),
        ("every r in rows satisfies r.b > 1", [("UnknownMember", 26)]),
        ('if 3 > "a" then 1 else null', [("OperandsMisfit", 3)]),
        ("function() external {java: {}}", [("ExternalFunction", 0)]),
        ("{a: 1, a: 2}", [("RepeatedKey", 0)]),
        ("null", []),
        ("vắng = null", []),
        ("get or else(owner.citty, 7)", []),
        ("is defined(missing)", []),
        ("1 + 1", []),
    ],
)
def test_every_null_has_its_reason_where_it_arose(
    text: str, reasons: list[tuple[str, int]]
) -> None:
    context: dict[str, Any] = {"vắng": None, "owner": {"city": None}, "rows": [{"a": 1}]}
    explanation = compile_expression(text).explain(context)
    assert [(type(r).__name__, r.position) for r in explanation.reasons] == reasons
    assert explanation.value == compile_expression(text).evaluate(context)


def test_a_changed_context_has_a_kind_that_is_not_known_further() -> None:
    assert findings('context put(applicant, "age", applicant.age + 1)') == []
