"""The declaration of a medical device with a tariff of its own, made for tests."""

import copy
from pathlib import Path
from typing import Any

import yaml

import workflows
from workflows.pack import ServicePack, read_pack

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
KIND = {"name": {"vi": "Phí thẩm định", "en": "Appraisal fee"}}
CERTIFICATE = {"name": {"vi": "Lệ phí cấp giấy", "en": "Certificate fee"}}
LINE = {
    "fee": "appraisal",
    "amount": 3_000_000,
    "from": "2024-01-01",
    "source": "Circular 1",
    "verified": True,
}
POOR = {
    "name": {"vi": "Hộ nghèo", "en": "Poor household"},
    "basis": "Decree 1",
    "percent": 100,
    "on_request": True,
    "proof": "authorisation",
}
HALVED = {**POOR, "percent": 50, "proof": None}


def line(**other: Any) -> dict[str, Any]:
    return {**LINE, **other}


def rules(**other: Any) -> dict[str, Any]:
    """`fees` of service.yaml: one kind and one line, unless told otherwise; None leaves a part out."""
    told: dict[str, Any] = {"kinds": {"appraisal": KIND}, "tariff": [LINE], **other}
    told = copy.deepcopy(told)
    for exemption in told.get("exemptions", {}).values():
        if exemption.get("proof", "") is None:
            del exemption["proof"]
    return {name: part for name, part in told.items() if part is not None}


def with_fees(**other: Any) -> ServicePack:
    """The declaration whose fee comes from a tariff."""
    manifest = yaml.safe_load(PACK.files["service.yaml"])
    manifest["fees"] = rules(**other)
    text = yaml.safe_dump(manifest, allow_unicode=True)
    return ServicePack({**PACK.files, "service.yaml": text.encode()})
