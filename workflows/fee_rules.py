"""What the gate demands of `fees`: names that exist, conditions that can be judged, one line a day."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

from engine.bpmn.reading import parse_xml
from workflows.errors import PackBroken
from workflows.pack import ServicePack
from workflows.sections.fees import FeeRules, TariffLine

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
ORDER_FEE = "fee.order"


def check_fee_rules(pack: ServicePack) -> None:
    """Raise PackBroken for rules about fees that cannot work."""
    rules = pack.manifest.fees
    if rules is None:
        _require_amounts(pack)
        return
    for fault in _faults(pack, rules):
        raise PackBroken(file="service.yaml", fault=f"`fees`: {fault}")


def conditions(rules: FeeRules) -> Iterator[tuple[str, str]]:
    """Every FEEL text of the rules, by its place."""
    yield from ((f"fees.variants.{name}", text) for name, text in rules.variants.items())
    for part, named in (("kinds", rules.kinds), ("exemptions", rules.exemptions)):
        for name, each in named.items():
            if each.when is not None:
                yield f"fees.{part}.{name}", each.when


def overlap(one: TariffLine, other: TariffLine) -> bool:
    """Whether two lines could both be taken for one fee on one day."""
    same = (one.fee, one.variant) == (other.fee, other.variant)
    meets = not one.channel or not other.channel or one.channel == other.channel
    last, other_last = one.last or date.max, other.last or date.max
    return same and meets and one.first <= other_last and other.first <= last


def _require_amounts(pack: ServicePack) -> None:
    """Without a tariff every step that orders a fee is told the amount."""
    for path, content in pack.files.items():
        if path.endswith(".bpmn"):
            for line in _steps_without_amount(path, content):
                fault = f"Line {line} orders a fee without “amount”, and there are no `fees`."
                raise PackBroken(file=path, fault=fault)


def _steps_without_amount(path: str, content: bytes) -> Iterator[Any]:
    for task in parse_xml(path, content).iter(f"{_BPMN}serviceTask"):
        kinds = {each.get("type") for each in task.iter(f"{_ZEEBE}taskDefinition")}
        told = {each.get("target") for each in task.iter(f"{_ZEEBE}input")}
        if ORDER_FEE in kinds and "amount" not in told:
            yield task.sourceline


def _faults(pack: ServicePack, rules: FeeRules) -> Iterator[str]:
    for line in rules.tariff:
        if line.fee not in rules.kinds:
            yield f"The tariff names “{line.fee}”, which `kinds` lacks."
        if line.variant and line.variant not in rules.variants:
            yield f"The tariff names “{line.variant}”, which `variants` lacks."
    for one, other in combinations(rules.tariff, 2):
        if overlap(one, other):
            yield (
                f"Two lines for “{one.fee}” overlap, from {one.first} and from {other.first}: end one"
                " of them, or give it another channel or variant."
            )
    for name, exemption in rules.exemptions.items():
        if unknown := sorted(set(exemption.fees) - set(rules.kinds)):
            yield f"“{name}” exempts from “{unknown[0]}”, which `kinds` lacks."
        if exemption.proof is not None and exemption.proof not in pack.manifest.documents:
            yield f"“{name}” wants “{exemption.proof}”, which `documents` lacks."
        if exemption.when is None and not exemption.on_request:
            yield f"“{name}” never holds: write `when`, or `on_request: true`."
