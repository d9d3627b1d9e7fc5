"""Rules about requests that nobody could follow are refused when a service is deployed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import workflows
from workflows.errors import PackBroken
from workflows.manifest import read_manifest
from workflows.pack import ServicePack, read_pack
from workflows.request_rules import check_request_rules, is_period
from workflows.sections.requests import RequestRules

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")


def changed(edit: Callable[[dict[str, Any]], Any]) -> ServicePack:
    manifest = yaml.safe_load(PACK.file("service.yaml"))
    edit(manifest)
    text = yaml.safe_dump(manifest, allow_unicode=True).encode()
    return ServicePack({**PACK.files, "service.yaml": text})


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no such task": (
        lambda m: m["requests"]["supplement"].update(tasks={"no_task": {}}),
        "no user task “no_task”",
    ),
    "no such question": (
        lambda m: m["requests"]["supplement"].update(tasks={"desk_check": {"no_answer": "x"}}),
        "asks no “no_answer”",
    ),
    "no such note": (lambda m: m["requests"]["refusal"].update(reason="nothing"), "“nothing”"),
    "a note that is a choice": (
        lambda m: m["requests"]["supplement"].update(note="decision"),
        "takes no text",
    ),
    "no such setting": (
        lambda m: m["requests"]["supplement"].update(term="no_setting"),
        "lacks “no_setting”",
    ),
    "a period of nothing": (
        lambda m: m["settings"]["supplement_period"].update(value="PT0S"),
        "supplement.term",
    ),
    "a number in words": (
        lambda m: m["settings"]["extension_most"].update(value="once"),
        "extension.most",
    ),
    "less than none": (lambda m: m["settings"]["extension_notice"].update(value=-1), "-1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_rule_that_nobody_could_follow_is_refused(case: str):
    edit, told = WRONG[case]
    with pytest.raises(PackBroken) as refused:
        check_request_rules(changed(edit))
    assert told in str(refused.value)


def test_the_rules_of_the_sample_service_hold():
    check_request_rules(PACK)


def test_a_rule_that_nobody_knows_is_refused():
    pack = changed(lambda m: m["requests"].update(holiday={}))
    with pytest.raises(PackBroken, match="holiday"):
        read_manifest(pack.file("service.yaml"))


def test_a_service_without_the_section_reads_as_before():
    pack = changed(lambda m: m.pop("requests"))
    assert read_manifest(pack.file("service.yaml")).requests == RequestRules()
    assert RequestRules().withdrawal.after_reception == "at-once"


@pytest.mark.parametrize(
    ("text", "good"), [("P60D", True), ("P3M", True), ("60", False), (5, False)]
)
def test_a_term_is_a_period(text: Any, good: bool):
    assert is_period(text) is good
