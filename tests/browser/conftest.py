"""Chromium on the running site, with and without JavaScript."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.running import running_site
from tests.browser.visit import Visit
from tests.programs import program

# Without these Chromium looks for hosts of its maker at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = 390, 1280

Visitor = Callable[..., Visit]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starting the site takes its time, and so does a walk through it."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with sample dossiers, one for all browser tests."""
    with running_site(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each visit has cookies of its own.

    Not for the whole session: its event loop would keep pyHanko from sealing in other tests.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(site: str, browser: Browser) -> Iterator[Visitor]:
    """Opens a visit: `visitor(javascript=False, width=390, language="en-GB")`."""
    opened: list[Page] = []

    def open_visit(
        *, javascript: bool = True, width: int = DESKTOP, language: str = "vi-VN"
    ) -> Visit:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 844},
            locale=language,
        )
        opened.append(context.new_page())
        return Visit(opened[-1], javascript=javascript)

    yield open_visit
    for page in opened:
        page.context.close()


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A one-page PDF to attach."""
    from commands.sample.application import paper as made

    path = tmp_path_factory.mktemp("papers") / "giấy chứng nhận.pdf"
    path.write_bytes(made("giấy chứng nhận"))
    return path
