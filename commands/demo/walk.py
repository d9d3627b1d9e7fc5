"""The way of one dossier: apply, pay, get the number, verify the notice, see it from the portal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from commands.demo import verification
from commands.demo.client import Client, wait_for
from commands.errors import DemoFailed
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.people import AGENCIES, PASSWORD, PORTAL_CLIENT, PORTAL_SECRET
from core.ids import new_id

APPLICANT = "saomai"
Tell = Callable[[str], None]
Dossier = dict[str, Any]


def walk(address: str, folder: Path, tell: Tell) -> None:
    """Drive one dossier to its end and verify what came out, telling each step.

    Files are kept in `folder`. Raises DemoFailed, SiteNotRunning.
    """
    with Client(address) as portal, Client(address) as applicant:
        portal.sign_in(
            grant_type="client_credentials", client_id=PORTAL_CLIENT, client_secret=PORTAL_SECRET
        )
        seen_before = _end_of_feed(portal)
        applicant.sign_in(grant_type="password", login=APPLICANT, password=PASSWORD)
        tell(f"Signed in as {APPLICANT}")
        dossier = _apply(applicant, tell)
        _pay(applicant, dossier, tell)
        dossier = _await_result(applicant, dossier, tell)
        _verify(applicant, dossier, folder, tell)
        _check_in_public(address, dossier, tell)
        _compare_with_feed(portal, seen_before, dossier, tell)


def _apply(api: Client, tell: Tell) -> Dossier:
    service = api.get(f"/services/{SERVICE}")
    tell(f"Service: {service['name']}, fee {service['fee']['amount']:,} VND today")
    # One device is declared once: each walk is about another one.
    answers = {**SAO_MAI, "device_models": f"BA-{new_id()}"}
    dossier: Dossier = api.post(
        "/dossiers", json={"service": SERVICE, "agency": AGENCIES[0][0], "answers": answers}
    )
    tell(f"Draft {dossier['reference']}, to attach: {', '.join(dossier['missing_documents'])}")
    for kind in dossier["missing_documents"]:
        file = (f"{kind}.pdf", paper(kind), "application/pdf")
        document = api.post(_of(dossier, "/documents"), data={"kind": kind}, files={"file": file})
        tell(f"  attached {document['file_name']}, {document['size']} bytes")
    submitted: Dossier = api.post(_of(dossier, "/submit"))
    tell(f"Submitted, status {submitted['status']}")
    return submitted


def _pay(api: Client, dossier: Dossier, tell: Tell) -> None:
    def checkout() -> Any:
        fees = api.get(_of(dossier, "/payments"))["items"]
        return next((fee for fee in fees if fee["checkout_url"]), None)

    fee = wait_for("the payment order", checkout)
    tell(f"Fee of {fee['amount']:,} {fee['currency']} ordered as {fee['reference']}")
    answer = httpx.post(fee["checkout_url"], data={"decision": "paid"}, timeout=30)
    if answer.is_error:
        raise DemoFailed(step="pay at the sandbox", reason=f"HTTP {answer.status_code}")
    tell("Paid on the payment platform's page, which reports it to the site")


def _await_result(api: Client, dossier: Dossier, tell: Tell) -> Dossier:
    def ended() -> Dossier | None:
        now: Dossier = api.get(_of(dossier))
        return now if now["status"] in {"delivered", "not-accepted", "stopped"} else None

    result: Dossier = wait_for("the result", ended)
    for step in result["history"]:
        tell(f"  {step['at']}  {step['status']}")
    if result["status"] != "delivered":
        raise DemoFailed(step="the result", reason=f"status {result['status']}")
    tell(f"Dossier code {result['code']}, number {result['register_number']}")
    return result


def _verify(api: Client, dossier: Dossier, folder: Path, tell: Tell) -> None:
    documents = api.get(_of(dossier, "/documents"))["items"]
    issued = {each["kind"]: each for each in documents if each["origin"] == "authority"}
    root, pdf, xml = (folder / name for name in ("authority.pem", "notice.pdf", "notice.xml"))
    pdf.write_bytes(api.download(f"/documents/{issued['notice']['id']}/content"))
    xml.write_bytes(api.download(f"/documents/{issued['notice_data']['id']}/content"))
    root.write_bytes(httpx.get(f"{api.address}/.well-known/seal-authority.pem").content)
    tell(f"Notice: {pdf} ({pdf.stat().st_size} bytes) and {xml} ({xml.stat().st_size} bytes)")
    if missing := verification.missing_programs():
        tell(f"Not verified: {' and '.join(missing)} not on this machine")
        return
    _require(verification.pdf_holds(pdf, root), "pdfsig accepts the notice", tell)
    _require(verification.xml_holds(xml, root), "xmlsec1 accepts its data", tell)
    _require_refusals(pdf, xml, root, dossier, tell)


def _require_refusals(pdf: Path, xml: Path, root: Path, dossier: Dossier, tell: Tell) -> None:
    number = dossier["register_number"].split("/")[0].encode()
    forged = b"9" * len(number)
    version = pdf.read_bytes()[: len(b"%PDF-1.7")]
    changed = verification.refuses_changed_copy(
        pdf, root, version, b"%PDF-1.3", verification.pdf_holds
    )
    _require(changed, "pdfsig refuses a changed copy", tell)
    changed = verification.refuses_changed_copy(xml, root, number, forged, verification.xml_holds)
    _require(changed, "xmlsec1 refuses a changed copy", tell)


def _check_in_public(address: str, dossier: Dossier, tell: Tell) -> None:
    with Client(address) as stranger:
        entry = stranger.get(f"/register/{dossier['register_number']}")
    _require(entry["state"] == "valid", "a stranger finds the number valid in the register", tell)


def _end_of_feed(portal: Client) -> int:
    cursor = 0
    while (page := portal.get(_feed(cursor)))["items"]:
        cursor = page["cursor"]
    return cursor


def _compare_with_feed(portal: Client, after: int, dossier: Dossier, tell: Tell) -> None:
    def changes() -> list[dict[str, Any]] | None:
        items = portal.get(_feed(after))["items"]
        ours = [item for item in items if item["reference"] == dossier["reference"]]
        return ours if len(ours) == len(dossier["history"]) else None

    told = wait_for("the portal's feed", changes)
    same = [item["status"] for item in told] == [item["status"] for item in dossier["history"]]
    codes = " → ".join(item["national_status"]["code"] for item in told)
    _require(same, f"the national portal reads every change once, in its codes {codes}", tell)


def _require(holds: bool, claim: str, tell: Tell) -> None:
    if not holds:
        raise DemoFailed(step=claim, reason="it does not hold")
    tell(f"✓ {claim}")


def _of(dossier: Dossier, rest: str = "") -> str:
    return f"/dossiers/{dossier['id']}{rest}"


def _feed(after: int) -> str:
    return f"/portal/status-changes?after={after}&limit=100"
