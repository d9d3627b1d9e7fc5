"""From an empty database to the first dossier, as docs/howto-start-a-department.md tells it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.browser.application import answer_all, attach_all
from tests.browser.conftest import PHONE, Visitor
from tests.browser.running import HOUSE, _wait_for, free_port
from tests.browser.visit import PASSWORD, Visit
from tests.sandboxes import Sandbox, running_sandbox

HOWTO = (HOUSE / "docs" / "howto-start-a-department.md").read_text("utf-8")


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[str, str]]:
    """A post office: its SMTP address, and the page of what came."""
    port = _free_pair()
    with running_sandbox("connectors.notify.sandbox", "--port", str(port)):
        yield f"smtp://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}/letters"


def _free_pair() -> int:
    """The first of two neighbouring ports on which nobody listens: the page is on the second."""
    while True:
        port = free_port()
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port + 1))
            return port


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the console says."""
    return tmp_path_factory.mktemp("empty") / "site.log"


@pytest.fixture(scope="module")
def site(
    log: Path, mail: tuple[str, str], register_sandbox: Sandbox, payment_sandbox: Sandbox
) -> Iterator[str]:
    """The address of a site without any account, as `motcua serve` starts it."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "MOTCUA_DATA_DIRECTORY": str(log.parent),
        "MOTCUA_PUBLIC_URL": address,
        "MOTCUA_MAIL_URL": mail[0],
        "MOTCUA_ENTERPRISE_REGISTER_URL": register_sandbox.address,
        "MOTCUA_PAYMENT_GATEWAY_URL": payment_sandbox.address,
        "MOTCUA_DATABASE_URL": "",
        "MOTCUA_DOCUMENTS_URL": "",
        "MOTCUA_DEMONSTRATION": "0",
    }
    with log.open("wb") as said:
        command = [sys.executable, "-m", "commands", "serve"]
        with subprocess.Popen(command, env=environment, cwd=HOUSE, stdout=said, stderr=said) as one:
            try:
                _wait_for(address, one, log)
                yield address
            finally:
                one.terminate()


def press(visit: Visit, label: str) -> None:
    """Press what the page calls so, and the how-to as well."""
    assert f"**{label}**" in HOWTO
    visit.press(label)


def code_of(log: Path) -> str:
    found = re.search(r"type this code: (\S+)", log.read_text("utf-8"))
    assert found, log.read_text("utf-8")
    return found.group(1)


def invitation(visit: Visit, letters: str, to: str) -> str:
    """The link that came by e-mail."""
    for _ in range(60):
        for letter in httpx.get(letters).json():
            link = re.search(r"http\S+/account/invitation/\S+", letter["text"])
            if letter["to"] == to and link:
                return link.group(0)
        visit.page.wait_for_timeout(250)
    raise AssertionError(f"no invitation came to {to}")


def become_administrator(first: Visit, log: Path) -> None:
    first.open("/administration/first-run")
    first.look("first-run-begin")
    about = {"name": "Bùi Ngọc Lan", "email": "lan@example.vn", "login": "lan"}
    first.fill({**about, "code": "wrong", "password": PASSWORD})
    press(first, "Begin")
    assert first.sees("This code is not right")
    first.look("first-run-wrong-code")
    first.fill({**about, "code": code_of(log), "password": PASSWORD})
    press(first, "Begin")
    first.look("first-run-steps")


def enter_places(first: Visit) -> None:
    press(first, "Enter the first agency")
    first.look("first-run-agency")
    first.fill({"code": "H26.16", "ending": "HN", "name_vi": "Sở Y tế Hà Nội"})
    press(first, "Enter")
    press(first, "Enter its units")
    first.fill({"code": "QLTB", "name_vi": "Phòng Quản lý thiết bị"})
    press(first, "Enter")


def enter_person(first: Visit, login: str, role: str, where: str) -> None:
    press(first, "Enter the people")
    first.look("first-run-people")
    first.fill({"name": login.title(), "email": f"{login}@example.vn", "login": login})
    press(first, "Enter and invite")
    press(first, "Give roles")
    first.look("first-run-roles")
    first.choose({"role": role})
    first.page.locator('select[name="agency"]').select_option(label=where)
    first.fill({"reason": "Setting up"})
    press(first, "Give")
    assert first.sees("The role is given.")


def apply(applicant: Visit, link: str, paper: Path) -> None:
    applicant.open(link)
    applicant.fill({"password": PASSWORD})
    applicant.page.locator("main").get_by_role("button").click()
    applicant.sign_in("mai")
    applicant.open("/services/device-declaration-b")
    applicant.press("Bắt đầu nộp hồ sơ")
    answer_all(applicant)
    attach_all(applicant, paper)
    applicant.page.locator("main").get_by_role("button").last.click()
    applicant.reload_until("Phí phải nộp")


def finish(first: Visit) -> None:
    first.open("/administration/first-run/steps")
    first.look("first-run-done")
    press(first, "Finish setting up")
    first.look("administration")
    first.open("/administration/first-run/steps")
    assert first.sees("Not found")
    first.open("/administration/first-run")
    assert first.sees("Not found")


@pytest.mark.slow
def test_a_department_is_set_up_from_nothing(
    visitor: Visitor, log: Path, mail: tuple[str, str], paper: Path
) -> None:
    first = visitor(language="en-GB", width=PHONE)
    become_administrator(first, log)
    enter_places(first)
    enter_person(first, "hai", "administrator", "All agencies")
    enter_person(first, "motcua", "desk-clerk", "Sở Y tế Hà Nội")
    press(first, "Look at the services on offer")
    first.look("first-run-services")
    press(first, "These are right")
    press(first, "Try a first dossier")
    first.look("first-run-trial")
    first.fill({"name": "Nguyễn Thị Mai", "email": "mai@example.vn", "login": "mai"})
    press(first, "Open the account")
    assert first.sees("Open the link of the e-mail")
    apply(visitor(javascript=False), invitation(first, mail[1], "mai@example.vn"), paper)
    finish(first)
    assert first.faults == []
