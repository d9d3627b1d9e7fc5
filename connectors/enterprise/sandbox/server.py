"""The register's side: answers in the shape seen in real systems, misspelt names and all."""

import json
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request

from connectors.sandbox import with_faults

COMPANIES = Path(__file__).parent / "companies.json"
IDENTITIES = {"TRẦN THỊ MẪU": "001190000017", "PHẠM MẪU": "048088000023"}


def create_sandbox() -> Flask:
    """The sandbox as an application; what it knows is in `companies.json`."""
    app = Flask(__name__, template_folder="templates")
    companies = json.loads(COMPANIES.read_text("utf-8"))
    faults = with_faults(app, "/enterprises")

    @app.post("/enterprises/lookup")
    def _look_up() -> dict[str, Any]:
        number = str((request.get_json(silent=True) or {}).get("msdn", ""))
        company = companies.get(number)
        return _answer(number, company) if company else {"MainInformation": None}

    @app.get("/")
    def _page() -> str:
        return render_template("register.html", companies=companies, received=faults.received)

    return app


def _answer(number: str, company: dict[str, Any]) -> dict[str, Any]:
    return {
        "MainInformation": _main_information(number, company),
        "HOAdress": {
            "AddressFullText": company["address"],
            "CityName": company["province"],
            "DistrictName": None,
            "WardName": company["ward"],
        },
        "Representatives": _representatives(company["people"]),
        "BusinessActivities": [],
    }


def _main_information(number: str, company: dict[str, Any]) -> dict[str, Any]:
    return {
        "ENTERPRISE_ID": number.lstrip("0"),
        "ENTERPRISE_GDT_CODE": number,
        "ENTERPRISE_CODE": number,
        "NAME": company["name"],
        "NAME_F": company["foreign_name"],
        "SHORT_NAME": company["short_name"],
        "ENTERPRISE_TYPE_NAME": company["kind"],
        "ENTERPRISE_STATUS": company["status"],
        "ENTERPRISE_STATUS_NAME": "Đang hoạt động" if company["status"] == "1" else "Đã giải thể",
        "FOUNDING_DATE": company["founded_on"],
        "CAPITAL_AMOUNT": "10000000000",
        "LEGAL_NAMES": ", ".join(company["people"]),
    }


def _representatives(people: list[str]) -> Any:
    """One person is an object, several are a list: so does the real register."""
    records = [{"FULL_NAME": name, "IDENTITY_NUMBER": IDENTITIES.get(name)} for name in people]
    return records[0] if len(records) == 1 else records
