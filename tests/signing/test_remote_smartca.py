"""Remote signing that a person approves on the phone, against a server of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import signing
from signing import SigningDesk, port
from signing.certificates import Purpose
from signing.errors import (
    AnswerComesLater,
    CallbackRefused,
    SecretMissing,
    SignatureDoesNotMatch,
    SignerUnavailable,
)
from signing.keys import RemoteKey
from signing.port import Expired, Prepared, Refused, Request, Signed, Waiting
from signing.providers import provider_of
from signing.registering import register
from signing.signatures import checked
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, APPEARANCE, application, page
from tests.signing.servers.smartca import (
    EXPIRED,
    PASSWORD,
    PROVIDER,
    REFUSED,
    USER,
    WAITING,
    WEBHOOK_SECRET,
    SmartCaServer,
)

LEADER = signing.Person("leader-1", "Nguyễn Thị Bình", AGENCY.id)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SigningDesk]:
    with application(tmp_path).app_context():
        yield signing.signing_desk()


@pytest.fixture
def server(office: SigningDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmartCaServer]:
    monkeypatch.setenv("SCA_PASSWORD", PASSWORD)
    monkeypatch.setenv("SCA_WEBHOOK", WEBHOOK_SECRET)
    made = issued(office.authority._issuing(), Purpose.PERSON, LEADER.name, LEADER.agency)
    server = SmartCaServer(made.private_key, [made.certificate, *made.intermediates])
    yield server
    server.stop()


@pytest.fixture
def key(server: SmartCaServer, office: SigningDesk) -> RemoteKey:
    key = remote(server)
    office.table.register(f"person/{LEADER.id}", key, key.provider)
    return key


def remote(server: SmartCaServer) -> RemoteKey:
    address = (
        f"smartca+http:{server.place}/sca?user-id={USER}&sp-id={PROVIDER}&seconds=0.3"
        "&sp-password-source=env:SCA_PASSWORD&webhook-secret-source=env:SCA_WEBHOOK"
    )
    return RemoteKey(address, server.chain[0], tuple(server.chain[1:]))


def prepared(key: RemoteKey) -> Prepared:
    return port.prepare_pdf(
        page(), key=key, name=LEADER.name, appearance=APPEARANCE, field=port.PERSONAL_FIELD
    )


def begun(waiting: Prepared, reference: str = "1") -> str:
    answer = port.start(waiting, title="Giấy phép số 12", reference=reference)
    assert isinstance(answer, Waiting)
    return answer.transaction


def test_a_leader_signs_once_the_phone_was_pressed(server: SmartCaServer, key: RemoteKey):
    waiting = prepared(key)
    transaction = begun(waiting)
    assert isinstance(port.poll(key.kid, transaction), Waiting)
    server.approve()
    answer = port.poll(key.kid, transaction)
    assert isinstance(answer, Signed)
    report = signing.verify_pdf(port.embed(waiting, answer.signature))
    assert report.valid
    assert report.signer == LEADER.name


def test_only_the_hash_and_the_title_leave(server: SmartCaServer, key: RemoteKey):
    waiting = prepared(key)
    begun(waiting)
    ((_, sent),) = server.asked
    (file,) = sent["sign_files"]
    assert file["data_to_be_signed"] == waiting.digest.hex()
    assert sent["transaction_desc"] == "Giấy phép số 12"
    assert len(str(sent)) < 1000


def test_asking_again_after_a_crash_does_not_ring_twice(server: SmartCaServer, key: RemoteKey):
    waiting = prepared(key)
    assert begun(waiting) == begun(Prepared.load(waiting.dump()))
    assert server.rang == 1
    assert begun(waiting, reference="2") != begun(waiting)
    assert server.rang == 2


def test_many_documents_take_one_approval_and_keep_their_order(
    server: SmartCaServer, key: RemoteKey
):
    requests = [Request(bytes([each]) * 32, f"Số {each}", str(each)) for each in range(12)]
    answer = port.start_together(key.kid, requests)
    assert isinstance(answer, Waiting)
    server.approve()
    signed = port.poll(key.kid, answer.transaction, requests=len(requests))
    assert isinstance(signed, Signed)
    assert server.rang == 1
    for request, signature in zip(requests, signed.signatures, strict=True):
        checked(key.certificate, request.digest, signature)


@pytest.mark.parametrize(
    ("state", "answer"), [(REFUSED, Refused("REJECTED")), (EXPIRED, Expired())], ids=["no", "late"]
)
def test_a_no_and_a_silence_are_told_apart(
    server: SmartCaServer, key: RemoteKey, state: tuple[int, str], answer: port.Answer
):
    transaction = begun(prepared(key))
    server.state = state
    assert port.poll(key.kid, transaction) == answer
    assert port.read_callback(key.kid, *server.webhook(transaction)).answer == answer


@pytest.mark.parametrize("fault", ["500", "nonsense", "slow", "redirect"])
def test_a_fault_is_named_and_the_next_try_succeeds(
    server: SmartCaServer, key: RemoteKey, fault: str
):
    waiting = prepared(key)
    server.faults = [fault]
    with pytest.raises(SignerUnavailable):
        begun(waiting)
    server.faults = []
    assert begun(waiting)


@pytest.mark.parametrize("fault", ["wrong-signature", "other-hash"])
def test_a_signature_of_something_else_is_never_embedded(
    server: SmartCaServer, key: RemoteKey, fault: str
):
    waiting = prepared(key)
    transaction = begun(waiting)
    server.approve()
    server.faults = [fault]
    answer = port.poll(key.kid, transaction)
    assert isinstance(answer, Signed)
    with pytest.raises(SignatureDoesNotMatch):
        port.embed(waiting, answer.signature)


def test_the_signature_of_another_certificate_is_never_embedded(
    server: SmartCaServer, key: RemoteKey, office: SigningDesk
):
    waiting = prepared(key)
    transaction = begun(waiting)
    server.key = issued(office.authority._issuing(), Purpose.PERSON, "Kẻ khác").private_key
    server.approve()
    answer = port.poll(key.kid, transaction)
    assert isinstance(answer, Signed)
    with pytest.raises(SignatureDoesNotMatch):
        port.embed(waiting, answer.signature)


def test_a_service_that_does_not_know_us_is_named(key: RemoteKey, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCA_PASSWORD", "wrong")
    with pytest.raises(SignerUnavailable, match="UNAUTHORIZED"):
        begun(prepared(key))
    monkeypatch.delenv("SCA_PASSWORD")
    with pytest.raises(SecretMissing, match="SCA_PASSWORD"):
        begun(prepared(key))


def test_what_the_service_tells_of_its_own_accord_finishes_the_signature(
    server: SmartCaServer, key: RemoteKey
):
    waiting = prepared(key)
    transaction = begun(waiting)
    server.approve()
    told = port.read_callback(key.kid, *server.webhook(transaction))
    assert told.transaction == transaction
    assert isinstance(told.answer, Signed)
    assert signing.verify_pdf(port.embed(waiting, told.answer.signature)).valid


@pytest.mark.parametrize("wrong", ["no-header", "other-secret", "changed", "nonsense"])
def test_somebody_who_pretends_to_be_the_service_is_refused(
    server: SmartCaServer, key: RemoteKey, monkeypatch: pytest.MonkeyPatch, wrong: str
):
    server.state = REFUSED
    headers, body = server.webhook(begun(prepared(key)))
    if wrong == "other-secret":
        monkeypatch.setenv("SCA_WEBHOOK", "other")
    changed = {"changed": body.replace(b"4001", b"4000"), "nonsense": b"[]"}.get(wrong, body)
    with pytest.raises(CallbackRefused):
        port.read_callback(key.kid, {} if wrong == "no-header" else headers, changed)


def test_without_a_shared_secret_no_webhook_is_believed(
    server: SmartCaServer, key: RemoteKey, monkeypatch: pytest.MonkeyPatch
):
    headers, body = server.webhook(begun(prepared(key)))
    monkeypatch.delenv("SCA_WEBHOOK")
    with pytest.raises(SecretMissing):
        port.read_callback(key.kid, headers, body)


def test_a_key_that_is_here_has_no_webhook(office: SigningDesk):
    with pytest.raises(CallbackRefused):
        port.read_callback(office.seal_key(AGENCY).kid, {}, b"{}")


def test_a_step_that_cannot_wait_does_not_ring(server: SmartCaServer, key: RemoteKey):
    with pytest.raises(AnswerComesLater):
        signing.sign_pdf(page(), person=LEADER)
    assert not server.rang


def test_the_words_of_a_provider_are_set_by_the_address(server: SmartCaServer, office: SigningDesk):
    key = remote(server)
    key = RemoteKey(f"{key.provider}&refused=77,KHONG", key.certificate, key.intermediates)
    office.table.register(f"person/{LEADER.id}", key, key.provider)
    transaction = begun(prepared(key))
    for state in ((77, ""), (201, "Khong")):
        server.state = state
        assert isinstance(port.poll(key.kid, transaction), Refused)


def test_a_key_is_registered_once_its_holder_approved_the_trial(
    server: SmartCaServer, office: SigningDesk
):
    key, place = remote(server), f"person/{LEADER.id}"

    def approve(key: signing.AnyKey, waiting: Waiting) -> port.Answer:
        server.approve()
        return provider_of(key).poll(key, waiting.transaction, 1)

    assert server.state == WAITING
    register(office, place, key, approve)
    assert office.personal_key(LEADER).kid == key.kid
