"""`motcua lint`: findings in words or as JSON, and an exit code for scripts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import workflows
from commands.main import main
from tests.engine.models import flows, model, user

SERVICE = Path(workflows.__file__).parent / "catalogue" / "clinic-licence"
BODY = '<startEvent id="s" name="Sent"/>' + user("a") + flows("s -> a")


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "visa.bpmn"
    path.write_bytes(model(BODY))
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["lint", *arguments])


def test_warnings_are_told_and_do_not_fail(drawn):
    done = run(str(drawn))

    assert done.exit_code == 0
    assert f"{drawn}:6 a “a”: warning dead-end" in done.output
    assert "The way ends without an end event." in done.output
    assert done.output.splitlines()[-1] == "0 errors, 4 warnings"


def test_an_error_in_any_of_the_files_fails(drawn, tmp_path):
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(b"<definitions")
    done = run(str(drawn), str(broken))

    assert done.exit_code == 1
    assert f"{broken}:1 : error not-deployable" in done.output
    assert "This is not XML." in done.output


def test_json_has_both_languages_and_the_place(drawn):
    found = json.loads(run("--json", str(drawn)).output)
    row = next(row for row in found if row["rule"] == "dead-end")

    assert (row["file"], row["line"], row["element_id"]) == (str(drawn), 6, "a")
    assert row["message"] == {
        "vi": "Đường đi kết thúc mà không có sự kiện kết thúc",
        "en": "The way ends without an end event",
    }
    assert set(row["remedy"]) == {"vi", "en"}


def test_it_speaks_vietnamese_when_asked(drawn):
    assert "Nhiệm vụ người dùng chưa có biểu mẫu." in run("--language", "vi", str(drawn)).output


def test_ways_are_played_when_asked(drawn):
    body = BODY + '<exclusiveGateway id="x"/><parallelGateway id="j"/><endEvent id="e"/>'
    ways = flows("a -> x", "x -> j", "x -> e", "s -> j", "j -> e")
    drawn.write_bytes(model(body + ways))
    assert run("--soundness", str(drawn)).exit_code == 1
    rows = json.loads(run("--soundness", "--json", str(drawn)).output)

    assert [row["path"] for row in rows if row["rule"] == "deadlock"] == [["s", "a", "x", "e"]]


def test_the_folder_of_a_service_is_read_with_its_work_shapes_and_judged_without_them():
    done = run(str(SERVICE))

    assert done.exit_code == 0, done.output
    assert f"{SERVICE}/process.bpmn:" in done.output
    assert "/shapes/" not in done.output
