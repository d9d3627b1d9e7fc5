"""What the words of a step do, beyond what the service of the catalogue needs of them."""

import pytest

from studio.scenarios import perform, read_scenarios
from tests.studio.packs import PACK, PAPERS, with_scenario

SENT = f"  - attach: {PAPERS}\n  - submit\n"
STORIES = {
    "a message from outside is delivered": SENT
    + "  - message: {name: withdrawal, variables: {withdrawal: {reason: by letter}}}\n"
    + "  - expect: {status: withdrawn}\n",
    "a message with another key reaches nobody": SENT
    + "  - message: {name: withdrawal, key: other}\n"
    + "  - expect: {status: awaiting-payment}\n",
    "the second message with the same id is dropped": SENT
    + "  - message: {name: payment-paid, key: x, id: one}\n" * 2
    + "  - expect: {status: awaiting-payment}\n",
    "a business error without a handler is an incident": (
        "  - systems: {payment.order: {bpmn_error: REFUSED}}\n"
        f"{SENT}  - expect: {{incidents: [send_order], calls: {{payment.order: 1}}}}\n"
    ),
    "systems answer one after the other, the last one for good": (
        "  - systems: {payment.order: [{fails: down}, {checkout_url: first}, {checkout_url: last}]}\n"
        f"{SENT}  - wait: PT1M\n  - expect: {{data: {{checkout_url: first}}}}\n"
    ),
    "a paper taken away is missing again": (
        f"  - attach: {PAPERS}\n  - remove: [warranty]\n  - expect: {{missing: [warranty]}}\n"
    ),
    "a wait of months is counted in the calendar": (
        f"{SENT}  - wait: P1M\n  - expect: {{path: [submitted, awaiting-payment, stopped]}}\n"
    ),
    "answers may be computed": (
        '  - answer: {device_name: "=upper case(\\"pump\\")"}\n'
        f"{SENT}  - expect: {{data: {{declaration: {{device_name: PUMP}}}}}}\n"
    ),
    "a date may be expected without quotes": (
        f"{SENT}  - pay\n  - expect: {{register: {{issued_on: 2026-11-20}}}}\n"
    ),
    "what is done too late is refused by its code": (
        f"{SENT}  - pay\n  - withdraw: too late\n    refused: too-late-to-withdraw\n"
    ),
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_story(stage, steps):
    pack = with_scenario(steps)
    (scenario,) = read_scenarios(pack)

    perform(stage, pack, scenario)


REGISTER = """
register:
  procedures: {look: {process: device_post_check, name: {vi: Kiểm tra, en: Look}}}
  about: {number: =if device_name = "second" then "000000001/PCBB-HN" else null}
follow_ups:
  look_again: {name: {vi: Kiểm tra, en: Look}, when: every, amount: 90, process: device_post_check}
"""
LIVES = {
    "the same applicant applies once more": f"{SENT}  - pay\n  - again: {{device_name: second}}\n"
    "  - expect: {status: draft, number: 000000001/PCBB-HN, register: valid}\n",
    "staff begins a procedure about the entry": f"{SENT}  - pay\n  - procedure: look\n"
    "  - expect: {tasks: [post_check, post_check]}\n",
    "what follows an entry comes with its day": f"{SENT}  - pay\n  - wait: P89D\n"
    "  - expect: {tasks: [post_check]}\n  - wait: P1D\n  - expect: {tasks: [post_check, post_check]}\n",
}


@pytest.mark.parametrize("steps", LIVES.values(), ids=LIVES)
def test_life_of_an_entry(stage, steps):
    text = PACK.file("service.yaml").decode() + REGISTER
    pack = with_scenario(steps, **{"service.yaml": text})
    (scenario,) = read_scenarios(pack)

    perform(stage, pack, scenario)
