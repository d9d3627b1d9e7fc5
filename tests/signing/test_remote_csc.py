"""Remote signing by the API of the Cloud Signature Consortium, against a server of our own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

import signing
from signing import SigningDesk, port
from signing.certificates import Purpose
from signing.errors import (
    AnswerComesLater,
    SecretMissing,
    SignatureDoesNotMatch,
    SignerAddressRefused,
    SignerUnavailable,
)
from signing.keys import RemoteKey, SigningKey
from signing.port import Expired, Refused, Request, Signed, Waiting
from signing.providers import provider_of
from signing.registering import register
from signing.signatures import PrivateKey
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, APPEARANCE, XML, application, page
from tests.signing.servers.csc import CLIENT, CREDENTIAL, PIN, SECRET, CscServer

DIGESTS = [bytes([number]) * 32 for number in range(7)]


@pytest.fixture(params=["ec", "rsa"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made() -> dict[str, PrivateKey]:
    return {
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(public_exponent=65537, key_size=3072),
    }


@pytest.fixture
def certified(office: SigningDesk, made: dict[str, PrivateKey], kind: str) -> SigningKey:
    issuing = office.authority._issuing()
    return issued(issuing, Purpose.SEAL, AGENCY.name, AGENCY.id, key=made[kind])


@pytest.fixture
def server(certified: SigningKey, monkeypatch: pytest.MonkeyPatch) -> Iterator[CscServer]:
    monkeypatch.setenv("CSC_SECRET", SECRET)
    monkeypatch.setenv("CSC_PIN", PIN)
    server = CscServer(certified.private_key, [certified.certificate, *certified.intermediates])
    yield server
    server.stop()


def remote(server: CscServer, more: str = "", version: int = 1) -> RemoteKey:
    address = (
        f"csc+http:{server.place}/csc/v{version}?credential={CREDENTIAL}&client-id={CLIENT}"
        f"&client-secret-source=env:CSC_SECRET&pin-source=env:CSC_PIN&version={version}{more}"
    )
    certificate, *above = server.chain
    return RemoteKey(address, certificate, tuple(above))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SigningDesk]:
    with application(tmp_path).app_context():
        yield signing.signing_desk()


def registered(desk: SigningDesk, key: RemoteKey) -> RemoteKey:
    desk.table.register(f"seal/{AGENCY.id}", key, key.provider)
    return key


def start(key: RemoteKey, digests: list[bytes] = DIGESTS[:1]) -> port.Answer:
    return port.start_together(
        key.kid, [Request(each, "Giấy phép", each.hex()) for each in digests]
    )


@pytest.mark.parametrize("version", [1, 2])
def test_a_document_is_sealed_by_a_key_that_never_left_its_service(
    server: CscServer, office: SigningDesk, version: int
):
    registered(office, remote(server, version=version))
    sealed = signing.seal_pdf(page(), agency=AGENCY, appearance=APPEARANCE)
    assert signing.verify_pdf(sealed).valid
    assert signing.verify_xml(signing.seal_xml(XML, agency=AGENCY)).valid


class OnlyEc:
    """What does not depend on the kind of key is tried with one kind."""

    @pytest.fixture
    def kind(self) -> str:
        return "ec"


class TestCalls(OnlyEc):
    def test_nothing_but_digests_leaves(self, server: CscServer, office: SigningDesk):
        registered(office, remote(server))
        signing.seal_xml(XML, agency=AGENCY)
        assert "000000123" not in str(server.asked)
        assert server.times("signatures/signHash") == 1

    @pytest.mark.parametrize("version", [1, 2])
    def test_many_are_signed_by_as_few_authorisations_as_the_service_allows(
        self, server: CscServer, office: SigningDesk, version: int
    ):
        answer = start(registered(office, remote(server, version=version)), DIGESTS)
        assert isinstance(answer, Signed)
        assert len(answer.signatures) == len(DIGESTS)
        assert server.times("credentials/authorize") == 3

    def test_one_bearer_token_serves_until_it_is_refused(
        self, server: CscServer, office: SigningDesk
    ):
        key = registered(office, remote(server))
        start(key)
        start(key)
        assert server.times("oauth2/token") == 1
        server.bearers.clear()
        assert isinstance(start(key), Signed)
        assert server.times("oauth2/token") == 2

    def test_the_only_credential_needs_no_name(self, server: CscServer, office: SigningDesk):
        key = remote(server)
        address = key.provider.replace("credential=", "unused=")
        key = registered(office, RemoteKey(address, key.certificate, key.intermediates))
        assert isinstance(start(key), Signed)
        start(key)
        assert server.times("credentials/list") == 1

    def test_of_many_credentials_one_must_be_named(self, server: CscServer, office: SigningDesk):
        server.credentials = (CREDENTIAL, "cred-2")
        key = remote(server)
        address = key.provider.replace("credential=", "unused=")
        with pytest.raises(SignerAddressRefused, match="cred-1, cred-2"):
            start(registered(office, RemoteKey(address, key.certificate, key.intermediates)))


class TestFaults(OnlyEc):
    @pytest.mark.parametrize(
        "fault", ["500", "nonsense", "redirect", "expired", "credential-expired", "one-too-few"]
    )
    def test_a_fault_is_named_and_the_next_try_succeeds(
        self, server: CscServer, office: SigningDesk, fault: str
    ):
        key = registered(office, remote(server))
        server.faults = [fault]
        with pytest.raises(SignerUnavailable):
            start(key)
        assert isinstance(start(key), Signed)

    @pytest.mark.parametrize("fault", ["wrong-signature", "other-hash", "other-certificate"])
    def test_what_does_not_belong_together_is_never_used(
        self, server: CscServer, office: SigningDesk, fault: str
    ):
        key = registered(office, remote(server))
        server.faults = [fault]
        with pytest.raises(SignatureDoesNotMatch):
            start(key)
        assert not server.faults

    def test_a_service_that_is_slow_is_not_waited_for(self, server: CscServer, office: SigningDesk):
        key = registered(office, remote(server, "&seconds=0.1"))
        server.faults = ["slow"]
        with pytest.raises(SignerUnavailable, match="Timeout"):
            start(key)

    def test_a_service_that_is_not_there_is_named(self, server: CscServer, office: SigningDesk):
        key = registered(office, remote(server))
        server.stop()
        with pytest.raises(SignerUnavailable, match="ConnectError"):
            start(key)

    def test_the_owner_may_say_no(self, server: CscServer, office: SigningDesk):
        key = registered(office, remote(server))
        server.faults = ["refused"]
        assert start(key) == Refused("Không đồng ý")

    def test_a_wrong_pin_is_sent_once(
        self, server: CscServer, office: SigningDesk, monkeypatch: pytest.MonkeyPatch
    ):
        key = registered(office, remote(server))
        monkeypatch.setenv("CSC_PIN", "000000")
        for _ in range(3):
            with pytest.raises(SignerUnavailable, match="PIN"):
                start(key)
        assert server.times("credentials/authorize") == 1
        monkeypatch.setenv("CSC_PIN", PIN)
        assert isinstance(start(key), Signed)

    def test_a_service_that_does_not_know_us_is_named(
        self, server: CscServer, office: SigningDesk, monkeypatch: pytest.MonkeyPatch
    ):
        key = registered(office, remote(server))
        monkeypatch.setenv("CSC_SECRET", "wrong")
        with pytest.raises(SignerUnavailable, match="know us"):
            start(key)
        monkeypatch.delenv("CSC_SECRET")
        with pytest.raises(SecretMissing, match="CSC_SECRET"):
            start(key)


class TestTls(OnlyEc):
    @pytest.fixture
    def pem(self, tmp_path: Path) -> Path:
        """The server's own certificate with its key."""
        pem = tmp_path / "tls.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-subj", "/CN=signer"]
        curve = ["-pkeyopt", "ec_paramgen_curve:P-256", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-keyout", f"{pem}.key", "-out", str(pem)]
        subprocess.run([*command, *curve, *files], check=True, capture_output=True)
        (tmp_path / "both.pem").write_bytes(pem.read_bytes() + Path(f"{pem}.key").read_bytes())
        return pem

    def test_only_a_service_whose_authority_is_named_is_spoken_to(
        self, server: CscServer, office: SigningDesk, pem: Path
    ):
        server.secure(pem.parent / "both.pem")
        key = remote(server, f"&ca-file={pem}")
        address = key.provider.replace("csc+http:", "csc+https:")
        trusting = RemoteKey(address, key.certificate, key.intermediates)
        doubting = RemoteKey(address.replace("&ca-file=", "&x="), key.certificate)
        request = [Request(DIGESTS[1], "", "")]
        assert isinstance(provider_of(trusting).start(trusting, request), Signed)
        asked = len(server.asked)
        with pytest.raises(SignerUnavailable, match="ConnectError"):
            provider_of(doubting).start(doubting, request)
        assert len(server.asked) == asked


class TestWaiting(OnlyEc):
    @pytest.fixture
    def key(self, server: CscServer, office: SigningDesk) -> RemoteKey:
        return registered(office, remote(server, "&mode=async", version=2))

    def test_a_person_is_waited_for_and_the_result_is_fetched(
        self, server: CscServer, key: RemoteKey
    ):
        waiting = port.prepare_xml(XML, key=key)
        begun = port.start(waiting, title="Giấy phép", reference="1")
        assert isinstance(begun, Waiting)
        assert isinstance(port.poll(key.kid, begun.transaction), Waiting)
        server.approved = True
        answer = port.poll(key.kid, begun.transaction)
        assert isinstance(answer, Signed)
        assert signing.verify_xml(port.embed(waiting, answer.signature)).valid

    @pytest.mark.parametrize(
        ("fault", "answer"), [("refused", Refused("Không đồng ý")), ("expired", Expired())]
    )
    def test_a_no_and_a_silence_are_told_apart(
        self, server: CscServer, key: RemoteKey, fault: str, answer: port.Answer
    ):
        begun = start(key)
        assert isinstance(begun, Waiting)
        server.faults = [fault]
        assert port.poll(key.kid, begun.transaction) == answer

    def test_a_step_that_cannot_wait_does_not_even_ask(self, server: CscServer, key: RemoteKey):
        with pytest.raises(AnswerComesLater):
            signing.seal_xml(XML, agency=AGENCY)
        assert not server.asked


class TestAddresses(OnlyEc):
    @pytest.mark.parametrize(
        "change",
        [
            ("csc+http://127.0.0.1", "csc+http://signer.example"),
            ("csc+http:", "csc+ftp:"),
            ("//127", "//me:secret@127"),
            ("client-id=", "c="),
            ("version=1", "version=3"),
            ("csc+http:", "csc:"),
            ("version=1", "version=1&seconds=soon"),
            ("version=1", "version=1&wait=-1"),
            ("version=1", "mode=async"),
            ("client-secret-source=env:CSC_SECRET", "client-secret=s3cret"),
        ],
        ids=lambda change: change[1].replace("//", ""),
    )
    def test_an_address_that_says_too_little_or_would_betray_a_secret_is_refused(
        self, server: CscServer, change: tuple[str, str]
    ):
        key = remote(server)
        with pytest.raises(SignerAddressRefused):
            provider_of(RemoteKey(key.provider.replace(*change), key.certificate))

    def test_a_key_is_registered_after_it_signed_on_trial(
        self, server: CscServer, office: SigningDesk
    ):
        key = remote(server)
        register(office, f"seal/{AGENCY.id}", key, lambda *_: Refused(""))
        assert office.seal_key(AGENCY).kid == key.kid
