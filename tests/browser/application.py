"""Filling in the sample application, page by page, as a person does."""

from itertools import count
from pathlib import Path

from commands.sample.application import SAO_MAI
from tests.browser.visit import Visit

AGENCY = "H26.16"
_MODELS = count(300)
PAGES = (
    ("to-chuc", ("organisation_number", "organisation_name", "organisation_address"), ()),
    ("lien-he", ("contact_name", "contact_phone", "contact_email"), ()),
    ("de-nghi", (), ("request",)),
    (
        "thiet-bi",
        ("device_name", "device_models", "intended_use", "manufacturer_name"),
        ("device_class", "manufacturer_country"),
    ),
    ("tieu-chuan", ("applied_standards",), ()),
    ("dac-diem", (), ("own_product", "single_use", "in_vitro")),
    ("bao-hanh", ("warranty_site",), ()),
)


def start(visit: Visit) -> None:
    """Begin an application at the first agency."""
    visit.open("/")
    visit.look("home")
    visit.press("Công bố tiêu chuẩn áp dụng của thiết bị y tế loại A, B")
    visit.look("service")
    visit.choose({"agency": AGENCY})
    visit.press("Bắt đầu nộp hồ sơ")


def answer_all(visit: Visit, **other: str) -> None:
    """Answer every page; `other` replaces answers of the sample. Each time it is another device."""
    answers = SAO_MAI | {"device_models": f"BA-{next(_MODELS)}"} | other
    for name, texts, choices in PAGES:
        visit.fill({each: answers[each] for each in texts})
        visit.choose({each: answers[each] for each in choices})
        visit.look(f"question-{name}")
        visit.press("Tiếp tục")
    visit.page.locator('[name="commitment_given"]').check()
    visit.look("question-cam-ket")
    visit.press("Tiếp tục")


def attach_all(visit: Visit, paper: Path) -> None:
    """Attach the same file for every document that is asked for."""
    visit.look("documents-empty")
    kinds = [str(box.get_attribute("id")) for box in visit.page.locator('input[type="file"]').all()]
    for kind in kinds:
        visit.page.locator(f"#{kind}").set_input_files(paper)
        visit.page.locator(f'form[action$="/documents/{kind}"] button').click()
        visit.page.wait_for_load_state("load")
    visit.look("documents-filled")
    visit.press("Tiếp tục")


def pay(visit: Visit) -> None:
    """Pay in the sandbox of the payment platform, and come back."""
    visit.reload_until("Phí phải nộp")
    visit.look("tracking-to-pay")
    visit.press("Nộp phí")
    visit.press("Thanh toán / Pay")


def reference(visit: Visit) -> str:
    """The reference of the dossier whose page is open."""
    return visit.page.url.rstrip("/").rsplit("/", 1)[-1]
