"""The declaration of a medical device, its fee from a decision table: a service may have it so."""

from pathlib import Path

import yaml

import workflows
from workflows.pack import ServicePack, read_pack

FOLDER = Path(workflows.__file__).parent / "catalogue" / "device-declaration-b"
SETTINGS = {
    "fee": {"value": 3_000_000, "verified": True, "source": "Circular 1"},
    "reduced_fee": {"value": 1_500_000, "verified": False, "source": "Circular 2"},
}
_RULE = """<rule id="{0}"><inputEntry id="i_{0}"><text>{1}</text></inputEntry>
<outputEntry id="o_{0}"><text>{2}</text></outputEntry></rule>"""
_RULES = (
    ("full_before_2025_07", '&lt; date("2025-07-01")', "settings.fee"),
    (
        "halved_until_2026_12",
        '[date("2025-07-01")..date("2026-12-31")]',
        "settings.reduced_fee",
    ),
    ("full_from_2027", '&gt; date("2026-12-31")', "settings.fee"),
)
TABLE = f"""<decision id="fee" name="Phí thẩm định">
<variable id="fee_result" name="fee" typeRef="number"/>
<decisionTable id="fee_table" hitPolicy="UNIQUE">
<input id="fee_date" label="Ngày nộp hồ sơ"><inputExpression id="fee_date_expression" typeRef="date">
<text>dossier.submitted_on</text></inputExpression></input>
<output id="fee_output" label="Mức phí (đồng)" name="amount" typeRef="number"/>
{"".join(_RULE.format(*rule) for rule in _RULES)}
</decisionTable></decision>
"""
_DRAWN = {
    "<bpmn:incoming>submitted_to_order_fee</bpmn:incoming>": (
        "<bpmn:incoming>determine_fee_to_order_fee</bpmn:incoming>"
    ),
    'sourceRef="submitted" targetRef="order_fee"/>': (
        'sourceRef="submitted" targetRef="determine_fee"/>'
        '<bpmn:sequenceFlow id="determine_fee_to_order_fee"'
        ' sourceRef="determine_fee" targetRef="order_fee"/>'
        '<bpmn:businessRuleTask id="determine_fee" name="Xác định phí"><bpmn:extensionElements>'
        '<zeebe:calledDecision decisionId="fee" resultVariable="fee"/></bpmn:extensionElements>'
        "<bpmn:incoming>submitted_to_order_fee</bpmn:incoming>"
        "<bpmn:outgoing>determine_fee_to_order_fee</bpmn:outgoing></bpmn:businessRuleTask>"
    ),
    '<zeebe:output source="=order" target="order"/>': (
        '<zeebe:input source="=fee" target="amount"/><zeebe:output source="=order" target="order"/>'
    ),
}


def with_fee_table() -> ServicePack:
    """The service without a tariff: `fee_decision` says what is owed."""
    pack = read_pack(FOLDER)
    manifest = yaml.safe_load(pack.files["service.yaml"])
    del manifest["fees"]
    manifest["fee_decision"] = "fee"
    manifest["settings"] |= SETTINGS
    tables = pack.files["decisions.dmn"].decode()
    changed = {
        "service.yaml": yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False),
        "decisions.dmn": tables.replace("<dmndi:DMNDI>", TABLE + "<dmndi:DMNDI>"),
        "process.bpmn": _drawn(pack.files["process.bpmn"].decode()),
    }
    return ServicePack({**pack.files, **{path: text.encode() for path, text in changed.items()}})


def _drawn(process: str) -> str:
    for old, new in _DRAWN.items():
        assert process.count(old) == 1, old
        process = process.replace(old, new)
    return process
