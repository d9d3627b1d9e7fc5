"""From nothing to a followed dossier without an account; every mail is read where it was sent to."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from core.config import Settings
from core.database import db, transaction
from tests.browser.application import answer_all, attach_all, pay, reference
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.running import free_port, running_site
from tests.browser.visit import Visit
from tests.guests.sharing import FACT, open_pack, open_profile
from workflows.operations import deploy_pack
from wsgi import create_app

pytestmark = pytest.mark.slow
SERVICE, BEGINNING = "/services/device-declaration-b", "Bắt đầu nộp hồ sơ"


@dataclass(frozen=True)
class OpenSite:
    """A site that takes people without an account, and the page of its mail sandbox."""

    address: str
    mails: str

    def mail(self, to: str, subject: str) -> str:
        """The newest mail of that subject to somebody."""
        for _ in range(120):
            letters = httpx.get(f"{self.mails}/letters").json()
            for letter in letters:
                if letter["to"] == to and subject in letter["subject"]:
                    return str(letter["text"])
            time.sleep(0.5)
        raise AssertionError(f"no mail “{subject}” to {to}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSite]:
    folder, port = tmp_path_factory.mktemp("open-site"), free_port()
    profile = open_profile(folder)
    settings = {"MOTCUA_PROFILE": profile, "MOTCUA_MAIL_URL": f"smtp://127.0.0.1:{port}"}
    with running_site(folder, **settings) as address:
        app = create_app(Settings(data_directory=folder, profile=profile, embedded_workers=0))
        with app.app_context():
            with transaction():
                deploy_pack(open_pack(folder), by="system")
            db.engine.dispose()
        yield OpenSite(address, f"http://127.0.0.1:{port + 1}")


def visit(browser: Browser, site: OpenSite, *, javascript: bool, width: int) -> Visit:
    context = browser.new_context(
        base_url=site.address,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 844},
        locale="vi-VN",
    )
    return Visit(context.new_page(), javascript=javascript)


def link(mail: str) -> str:
    found = re.search(r"http://\S+/guest/\S+", mail)
    assert found, mail
    return found.group(0)


@pytest.mark.parametrize(("javascript", "width"), [(False, PHONE), (True, DESKTOP)])
def test_somebody_without_an_account_applies_and_follows_the_dossier(
    browser: Browser, site: OpenSite, paper: Path, *, javascript: bool, width: int
) -> None:
    email = f"thu{width}@example.vn"
    one = visit(browser, site, javascript=javascript, width=width)
    one.open(SERVICE)
    one.look("guest-service")
    one.press("Nộp hồ sơ không cần tài khoản")
    one.press("Gửi đường liên kết")
    one.look("guest-begin-errors")
    one.choose({"agency": "H26.16"})
    one.fill({"email": email, "fact": FACT})
    one.look("guest-begin")
    one.press("Gửi đường liên kết")
    one.look("guest-sent")

    one.open(link(site.mail(email, BEGINNING)))
    assert one.page.url == f"{site.address}/guest/open"
    one.look("guest-fact")
    one.fill({"fact": "000000"})
    one.press("Mở hồ sơ")
    one.look("guest-fact-wrong")
    one.fill({"fact": FACT})
    one.press("Mở hồ sơ")
    one.look("guest-draft")
    one.page.locator(".govuk-task-list__link").first.click()
    answer_all(one)
    attach_all(one, paper)
    one.press("Gửi hồ sơ")
    name = reference(one)
    pay(one)
    one.reload_until("Kết quả đã được cấp")
    one.look("guest-tracking")
    one.open(SERVICE)
    one.look("guest-service-as-guest")

    elsewhere = visit(browser, site, javascript=javascript, width=width)
    elsewhere.open(link(site.mail(email, f"{name}: đã có kết quả")))
    elsewhere.fill({"fact": FACT})
    elsewhere.press("Mở hồ sơ")
    assert elsewhere.sees("Kết quả đã được cấp")
    assert reference(elsewhere) == name

    elsewhere.open("/guest/new-link")
    elsewhere.look("guest-new-link")
    elsewhere.fill({"email": email})
    elsewhere.press("Gửi đường liên kết")
    newest = link(site.mail(email, "Đường liên kết đến hồ sơ"))
    elsewhere.open(link(site.mail(email, f"{name}: đã có kết quả")))
    elsewhere.look("guest-over")

    person = visit(browser, site, javascript=javascript, width=width)
    person.sign_in("saomai")
    person.open(newest)
    person.look("guest-take-over")
    assert one.faults + elsewhere.faults + person.faults == []


def test_a_person_takes_it_into_his_account(browser: Browser, site: OpenSite) -> None:
    email = "lan@example.vn"
    guest = visit(browser, site, javascript=False, width=PHONE)
    guest.open(f"{SERVICE}/without-account")
    guest.choose({"agency": "H26.16"})
    guest.fill({"email": email, "fact": FACT})
    guest.press("Gửi đường liên kết")
    address = link(site.mail(email, BEGINNING))
    guest.open(address)
    guest.fill({"fact": FACT})
    guest.press("Mở hồ sơ")
    page = guest.page.url

    person = visit(browser, site, javascript=True, width=DESKTOP)
    person.sign_in("saomai")
    person.open(address)
    person.fill({"fact": FACT})
    person.press("Chuyển hồ sơ vào tài khoản của tôi")
    assert person.page.url == page
    assert person.sees("Hồ sơ nay đã ở trong tài khoản của bạn")
    person.look("guest-taken-over")
    guest.open(page)
    assert "/sign-in" in guest.page.url
    assert person.faults == []
