"""The whole way without a mouse: an application with a mistake in it, and the clerk's decision."""

from pathlib import Path

from commands.sample.application import MISNAMED, SERVICE
from tests.browser.application import PAGES, reference
from tests.browser.conftest import Visitor
from tests.browser.visit import PASSWORD, Visit

FIRST_FIELD = "organisation_number"
ANSWERS = MISNAMED | {"device_models": "KB-100"}


def test_a_business_applies_and_a_clerk_accepts_by_keyboard_alone(
    visitor: Visitor, paper: Path
) -> None:
    applicant = visitor()
    # While anybody listens Chromium hands choosers over; it needs a moment to begin with that.
    applicant.page.on("filechooser", lambda _chooser: None)
    _sign_in(applicant, "saomai")
    _start(applicant)
    _correct_a_mistake(applicant)
    _answer_the_rest(applicant)
    _attach_all(applicant, paper)
    _press(applicant, "main form button")
    code = reference(applicant)
    applicant.reload_until("Phí phải nộp")
    _press(applicant, "main a.govuk-button")
    _press(applicant, "button")

    clerk = visitor()
    _sign_in(clerk, "motcua")
    clerk.reload_until(code)
    _press(clerk, f"main table a:is({_link_of(clerk, code)})")
    _press(clerk, 'form[action$="/claim"] button')
    clerk.tab_to('input[name="decision"]')
    clerk.page.keyboard.press("Space")
    _press(clerk, "#decision-form .govuk-button")
    assert clerk.sees("Đã hoàn thành")
    applicant.open(f"/dossiers/{code}")
    applicant.reload_until("Kết quả đã được cấp")


def _press(visit: Visit, target: str) -> None:
    visit.tab_to(target)
    visit.enter()


def _type(visit: Visit, name: str, text: str) -> None:
    visit.tab_to(f'[name="{name}"]')
    visit.page.keyboard.insert_text(text)


def _link_of(visit: Visit, code: str) -> str:
    address = visit.page.get_by_role("link", name=code).get_attribute("href")
    return f'[href="{address}"]'


def _sign_in(visit: Visit, login: str) -> None:
    """By the skip link, which is the first stop of every page."""
    visit.open("/sign-in")
    visit.page.keyboard.press("Tab")
    assert "govuk-skip-link" in visit.page.evaluate("document.activeElement.className")
    visit.page.keyboard.press("Enter")
    _type(visit, "login", login)
    _type(visit, "password", PASSWORD)
    visit.enter()


def _start(visit: Visit) -> None:
    _press(visit, f'main h3 a[href$="{SERVICE}"]')
    visit.tab_to("#agency")
    visit.page.keyboard.press("ArrowDown")
    _press(visit, "main form button")


def _correct_a_mistake(visit: Visit) -> None:
    """A mistake puts the focus on the summary, and its link puts it into the field."""
    for name in PAGES[0][1]:
        _type(visit, name, "1" if name == FIRST_FIELD else MISNAMED[name])
    _press(visit, "#answers-form .govuk-button")
    assert "govuk-error-summary" in visit.page.evaluate("document.activeElement.className")
    visit.tab_to(".govuk-error-summary a")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == FIRST_FIELD
    visit.page.keyboard.press("ControlOrMeta+A")
    visit.page.keyboard.insert_text(MISNAMED[FIRST_FIELD])
    visit.enter()


def _choose(visit: Visit, name: str, value: str) -> None:
    """Space takes the first of several buttons, arrows the next one; in a list arrows do."""
    visit.tab_to(f'[name="{name}"]')
    if visit.page.evaluate("document.activeElement.type") == "radio":
        visit.page.keyboard.press("Space")
    for _ in range(300):
        if visit.page.evaluate("document.activeElement.value") == value:
            return
        visit.page.keyboard.press("ArrowDown")
    raise AssertionError(f"the keys do not lead to {name} = {value}")


def _answer_the_rest(visit: Visit) -> None:
    for _, texts, choices in PAGES[1:]:
        for name in texts:
            _type(visit, name, ANSWERS[name])
        for name in choices:
            _choose(visit, name, ANSWERS[name])
        _press(visit, "#answers-form .govuk-button")
    visit.tab_to('[name="commitment_given"]')
    visit.page.keyboard.press("Space")
    _press(visit, "#answers-form .govuk-button")


def _attach_all(visit: Visit, paper: Path) -> None:
    kinds = [box.get_attribute("id") for box in visit.page.locator('input[type="file"]').all()]
    for kind in kinds:
        visit.tab_to(f"#{kind}")
        with visit.page.expect_file_chooser() as chooser:
            visit.page.keyboard.press("Space")
        chooser.value.set_files(paper)
        _press(visit, f'form[action$="/documents/{kind}"] button')
    _press(visit, "main a.govuk-button")
