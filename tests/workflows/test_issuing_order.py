"""The order of approval, signature, number and seal: what the model may and may not draw."""

import pytest

from tests.engine.models import boundary, extended, flows, model, service, user
from tests.workflows.test_letters import PACK
from workflows.errors import PackBroken
from workflows.issuing_order import check_issuing
from workflows.pack import ServicePack

NUMBER = service("number", "number.reserve")
SIGN, SEAL = service("sign", "result.sign"), service("seal", "result.seal")
ENDS = '<startEvent id="s"/><endEvent id="e"/>'
ALL = "[approve, sign, number, seal]"
STRAIGHT = ("s -> leader", "leader -> sign", "sign -> number", "number -> seal", "seal -> e")


def pack(body: str, order: str = ALL, approved: str = "[leader]", **more: str) -> ServicePack:
    manifest = (
        PACK.files["service.yaml"].decode().replace("process: device_declaration_b", "process: p")
    )
    said = f"\nissuing:\n  order: {order}\n  approved_by: {approved}\n"
    said += "".join(f"  {name}: {value}\n" for name, value in more.items())
    manifest = manifest.replace("fresh_proof: [", "fresh_proof: [leader, ")
    files = {"service.yaml": (manifest + said).encode(), "process.bpmn": model(ENDS + body)}
    return ServicePack(files)


def fault(made: ServicePack) -> str:
    with pytest.raises(PackBroken) as refused:
        check_issuing(made)
    return str(refused.value)


def test_a_model_that_goes_straight_through_the_order_is_accepted():
    check_issuing(pack(user("leader") + SIGN + NUMBER + SEAL + flows(*STRAIGHT)))


def test_a_service_that_states_no_order_is_free():
    made = pack(SEAL + flows("s -> seal", "seal -> e"))
    text = made.files["service.yaml"].partition(b"\nissuing:")[0]
    check_issuing(ServicePack({**made.files, "service.yaml": text}))


@pytest.mark.parametrize(
    ("order", "named"),
    [
        ("[approve, number, sign, seal]", "“sign” (sign) can be reached without “number”"),
        ("[sign, approve, number, seal]", "“leader” (approve) can be reached without “sign”"),
        ("[approve, seal, sign, number]", "“sign” (sign) can be reached without “seal”"),
    ],
    ids=["number first", "signature first", "seal first"],
)
def test_another_order_than_the_model_has_is_refused(order: str, named: str):
    made = pack(user("leader") + SIGN + NUMBER + SEAL + flows(*STRAIGHT), order)
    assert named in fault(made)


def test_a_way_around_a_step_is_found():
    gateway = '<exclusiveGateway id="g" default="g_seal"/>'
    ways = ("s -> leader", "leader -> sign", "sign -> g", "g -> number if =x", "number -> seal")
    body = user("leader") + SIGN + NUMBER + SEAL + gateway
    made = pack(body + flows(*ways, "g -> seal", "seal -> e"))
    assert "“seal” (seal) can be reached without “number” (number)" in fault(made)


def test_a_way_around_by_an_interruption_is_found():
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = user("leader") + SIGN + NUMBER + SEAL + boundary("late", "leader", timer)
    made = pack(body + flows(*STRAIGHT, "late -> number"))
    assert "can be reached without" in fault(made)


def test_a_step_inside_of_a_subprocess_counts_and_one_around_it_is_found():
    inside = '<startEvent id="i"/>' + SIGN + flows("i -> sign")
    box = f'<subProcess id="box">{inside}</subProcess>'
    ways = ("s -> leader", "leader -> box", "box -> number", "number -> seal", "seal -> e")
    body = user("leader") + box + NUMBER + SEAL
    check_issuing(pack(body + flows(*ways)))
    assert "without “sign”" in fault(pack(body + flows(*ways, "leader -> number")))


def test_a_call_of_the_shape_that_awaits_the_signer_counts_as_the_signature():
    shape = extended("callActivity", "sign", '<zeebe:calledElement processId="signature"/>')
    body = user("leader") + shape + NUMBER + SEAL
    check_issuing(pack(body + flows(*STRAIGHT)))
    assert "without “sign”" in fault(pack(body + flows(*STRAIGHT, "leader -> number")))


def test_a_step_behind_a_link_counts():
    links = "".join(
        f'<intermediate{kind}Event id="{at}"><linkEventDefinition id="l{at}" name="on"/>'
        f"</intermediate{kind}Event>"
        for kind, at in (("Throw", "t"), ("Catch", "c"))
    )
    ways = ("s -> leader", "leader -> sign", "sign -> t", "c -> number", "number -> seal")
    check_issuing(pack(user("leader") + SIGN + NUMBER + SEAL + links + flows(*ways, "seal -> e")))


def test_going_back_to_an_earlier_step_is_no_fault():
    gateway = '<exclusiveGateway id="g" default="g_sign"/>'
    ways = ("s -> leader", "leader -> g", "g -> leader if =x", "g -> sign", "sign -> number")
    body = user("leader") + SIGN + NUMBER + SEAL + gateway
    check_issuing(pack(body + flows(*ways, "number -> seal", "seal -> e")))


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (pack(user("leader") + NUMBER + SEAL + flows("s -> leader")), "result.sign"),
        (pack(user("leader") + SIGN + SEAL, "[approve, seal]"), "does “sign”"),
        (pack(SIGN + NUMBER + SEAL, approved="[nobody]"), "“nobody”"),
        (pack(user("leader") + SIGN + NUMBER + SEAL, signed_by="[other]"), "“other”"),
    ],
    ids=["step without element", "step without order", "unknown approver", "unknown signer"],
)
def test_an_order_that_names_what_is_not_there_is_refused(made: ServicePack, named: str):
    assert named in fault(made)


def test_who_signs_must_prove_afresh_who_he_is():
    body = user("leader") + user("signs") + SIGN + NUMBER + SEAL
    ways = ("s -> leader", "leader -> signs", "signs -> sign", "sign -> number", "number -> seal")
    made = pack(body + flows(*ways, "seal -> e"), signed_by="[signs]")
    assert "“fresh_proof”" in fault(made)


@pytest.mark.parametrize("order", ["[seal, seal]", "[stamp]", "[sign]"])
def test_an_order_that_says_nothing_sensible_is_refused(order: str):
    with pytest.raises(PackBroken):
        _ = pack(SEAL, order, approved="[]").manifest
