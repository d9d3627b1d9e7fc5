"""FEEL and decision models at the console: answers, reasons, and carets under faults."""

import pytest
from click.testing import CliRunner, Result

from commands.main import main
from commands.speaking import pointed
from tests.engine_dmn.models import model, table


def motcua(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--language", "en"])


@pytest.fixture
def fees(tmp_path):
    file = tmp_path / "fees.dmn"
    file.write_bytes(table("< 18 -> 0\n>= 18 -> 100"))
    return file


def test_an_expression_is_evaluated_with_its_context():
    done = motcua("feel", "eval", "= a + 0.1", "--context", '{"a": 2.50}')
    assert (done.exit_code, done.output) == (0, "2.60\n")


def test_the_context_may_come_from_a_file(tmp_path):
    (tmp_path / "a.json").write_text('{"tuổi": [1, 2]}')
    done = motcua("feel", "eval", "sum(tuổi)", "--context", f"@{tmp_path / 'a.json'}")
    assert done.output == "3\n"


def test_a_fault_has_a_caret_under_it_and_a_remedy():
    done = motcua("feel", "eval", "tuổi == 1")
    assert done.exit_code == 1
    assert "  tuổi == 1\n       ^\n" in done.output
    assert "FEEL writes = instead." in done.output


def test_a_null_says_why():
    done = motcua("feel", "eval", "1 + unknown")
    assert (done.exit_code, done.stdout) == (0, "null\n")
    assert "      ^\n“unknown” is not known" in done.stderr


def test_faults_speak_vietnamese_too():
    done = CliRunner().invoke(main, ["feel", "eval", "a == 1", "--language", "vi"])
    assert "Trong FEEL, hãy viết = thay thế." in done.output


@pytest.mark.parametrize("context", ["[1]", "{", "@nowhere.json"])
def test_a_context_that_is_no_object_is_refused(context):
    done = motcua("feel", "eval", "1", "--context", context)
    assert done.exit_code == 1
    assert "Write a JSON object" in done.output


def test_a_model_without_faults_is_told(fees):
    done = motcua("dmn", "check", fees)
    assert done.exit_code == 0
    assert "no faults in 1 decision tables" in done.output


def test_errors_of_tables_and_expressions_are_told_with_their_places(tmp_path):
    file = tmp_path / "bad.dmn"
    file.write_bytes(table("<= 18 -> 1\n>= 18 -> a == 1"))
    done = motcua("dmn", "check", file)
    assert done.exit_code == 1
    assert "bad.dmn: error: rule2: The expression cannot be read at character 3" in done.output
    assert "  a == 1\n    ^" in done.output
    assert "decision “Fee”, table fees: The rules 1, 2 hold at the same time" in done.output
    assert "age = 18 (rule1, rule2)" in done.output
    assert "Errors that must be mended: 2." in done.output


def test_a_misspelt_name_is_told_with_a_caret_and_the_right_one(tmp_path):
    file = tmp_path / "misspelt.dmn"
    file.write_bytes(
        model(
            '<inputData id="i" name="income"/><decision id="d" name="d"><informationRequirement>'
            '<requiredInput href="#i"/></informationRequirement><literalExpression>'
            "<text>1 + incme</text></literalExpression></decision>"
        )
    )
    done = motcua("dmn", "check", file)
    assert done.exit_code == 0
    assert "  1 + incme\n      ^" in done.output
    assert "income" in done.output


def test_warnings_do_not_fail_the_check(tmp_path):
    file = tmp_path / "gap.dmn"
    file.write_bytes(table("< 18 -> 1"))
    done = motcua("dmn", "check", file)
    assert done.exit_code == 0
    assert "warning" in done.output


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path):
    (tmp_path / "a.dmn").write_text("no")
    done = motcua("dmn", "check", tmp_path / "a.dmn")
    assert done.exit_code == 1
    assert "The decision model cannot be read" in done.output


def test_a_decision_is_answered_and_explained(fees):
    done = motcua("dmn", "run", fees, "fee", "--context", '{"age": 40}')
    assert (done.exit_code, done.stdout) == (0, "100\n")
    assert "Rule 2 holds because age (40) meets “>= 18”; it gives 100." in done.stderr
    assert "Noted beside rule 2: điều 2." in done.stderr


def test_imported_files_may_be_given(tmp_path):
    imported = model(
        '<decision id="b" name="base"><literalExpression><text>5</text>'
        "</literalExpression></decision>"
    ).replace(b'"urn:test"', b'"urn:base"')
    (tmp_path / "base.dmn").write_bytes(imported)
    (tmp_path / "main.dmn").write_bytes(
        model(
            '<import namespace="urn:base" name="basis"/><decision id="d" name="d">'
            '<informationRequirement><requiredDecision href="urn:base#b"/></informationRequirement>'
            "<literalExpression><text>basis.base + 1</text></literalExpression></decision>"
        )
    )
    done = motcua("dmn", "run", tmp_path / "main.dmn", "d", "--with", tmp_path / "base.dmn")
    assert done.stdout == "6\n"


def test_an_unknown_decision_is_refused_with_the_known_ones(fees):
    done = motcua("dmn", "run", fees, "tax")
    assert done.exit_code == 1
    assert "Use one of these: fee." in done.output


def test_a_caret_stands_under_its_sign_in_long_and_accented_texts():
    assert pointed("a\n\tb ? c", 5) == "  \tb ? c\n  \t  ^"
    assert pointed("e\u0302 ?", 3) == "  e\u0302 ?\n    ^"
