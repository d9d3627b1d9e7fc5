"""One visitor in one browser window. Every page seen is looked over: policy, axe, width, picture."""

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page

from tests.browser.accessibility import violations, widths_that_scroll_sideways

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
PASSWORD = "Mot-Cua-Chao-Ban-2026"


class Visit:
    """Walks through the site and collects what is wrong with the pages on the way."""

    def __init__(self, page: Page, *, javascript: bool) -> None:
        self.page = page
        self.javascript = javascript
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def open(self, address: str) -> None:
        """Go to an address of the site."""
        self.page.goto(address)

    def press(self, text: str, *, exact: bool = True) -> None:
        """Press a button or follow a link by its words."""
        target = self.page.get_by_role("button", name=text, exact=exact).or_(
            self.page.get_by_role("link", name=text, exact=exact)
        )
        target.first.click()
        self.page.wait_for_load_state("load")

    def fill(self, values: dict[str, str]) -> None:
        """Fill text fields by their names."""
        for name, value in values.items():
            self.page.locator(f'[name="{name}"]').fill(value)

    def choose(self, values: dict[str, str]) -> None:
        """Choose options: of a list, or of radio buttons, by their names."""
        for name, value in values.items():
            lists = self.page.locator(f'select[name="{name}"]')
            if lists.count():
                lists.select_option(value)
            else:
                self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def tab_to(self, target: str, most: int = 80) -> None:
        """Press Tab until the focus is on an element of that selector, as without a mouse."""
        for _ in range(most):
            if self.page.evaluate("it => document.activeElement.matches(it)", target):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {target}")

    def enter(self) -> None:
        """Press Enter where that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def sign_in(self, login: str) -> None:
        """Sign in as one of the demo people."""
        self.open("/sign-in")
        self.fill({"login": login, "password": PASSWORD})
        self.page.locator("main button[type=submit]").click()
        self.page.wait_for_url(lambda address: "/sign-in" not in address)

    def sees(self, text: str) -> bool:
        """Whether the page says this."""
        return text in self.page.locator("main").inner_text()

    def reload_until(self, text: str, seconds: int = 60) -> None:
        """Load the page again until it says this: what the site's workers do takes a moment."""
        for _ in range(seconds * 2):
            if self.sees(text):
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(f"never said “{text}”:\n{self.page.locator('main').inner_text()}")

    def look(self, name: str) -> None:
        """Look the page over and keep a picture of it; axe is a script and needs them on."""
        width = (self.page.viewport_size or {"width": 0})["width"]
        self.page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        if self.javascript:
            self.faults += [f"{name}: {each}" for each in violations(self.page)]
        for wide in widths_that_scroll_sideways(self.page):
            self.faults.append(f"{name}: must be scrolled sideways at {wide}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(f"policy: {message.text}")
