"""Every lie that an identity provider, or somebody in its name, can tell ends in one refusal."""

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.actor import Kind
from accounts.identities import ProvenIdentity
from connectors.errors import AnswerUnreadable, IdentityUnproven, SystemDown
from connectors.identity import Begun, Provider, RelyingParty
from connectors.identity import documents as documents_module
from tests.browser.running import free_port
from tests.identity.liar import CLIENT, SECRET, Liar, running_liar, unsigned, with_shared_secret

SITE = "https://motcua.example"
NOW = int(time.time())


@pytest.fixture(scope="module")
def running() -> Iterator[Liar]:
    with running_liar() as liar:
        yield liar


@pytest.fixture
def liar(running: Liar) -> Liar:
    """An honest one, until the test says otherwise."""
    fresh = Liar(issuer=running.issuer)
    running.__dict__.update(fresh.__dict__)
    return running


@pytest.fixture
def party(liar: Liar) -> RelyingParty:
    return RelyingParty({"national": provider(liar.issuer)}, SITE)


def provider(issuer: str, code: str = "national", **other: Any) -> Provider:
    names = {"en": "the provider"}
    claims = {"name": "name", "email": "email", "number": "cccd"}
    given: dict[str, Any] = {"client": CLIENT, "secret": SECRET, "claims": claims, **other}
    return Provider(code=code, kind=Kind.CITIZEN, names=names, issuer=issuer, **given)


def come_back(
    party: RelyingParty, liar: Liar, *, fresh: bool = False, **answer: str
) -> ProvenIdentity:
    """Leave, and come back with what the liar says and the test adds."""
    _, begun = party.begin("national", fresh=fresh)
    liar.nonce = begun.nonce
    return party.finish(begun, {"state": begun.state, "code": "c", **answer})


def test_an_honest_answer_is_believed(party: RelyingParty, liar: Liar):
    liar.claims = {"cccd": "001190000011", "sid": "s1", "email": "trang@example.vn"}
    found = come_back(party, liar)
    assert (found.issuer, found.subject, found.name) == (
        liar.issuer,
        "person-1",
        "Đặng Thu Trang",
    )
    assert (found.number, found.provider_session, found.assurance) == ("001190000011", "s1", 1)
    assert found.email is None  # the provider does not say that it is verified


def test_the_question_binds_browser_code_and_token(party: RelyingParty, liar: Liar):
    address, begun = party.begin("national")
    assert "code_challenge_method=S256" in address
    assert begun.verifier not in address
    assert len({begun.state, begun.nonce, begun.verifier}) == 3
    liar.nonce = begun.nonce
    party.finish(begun, {"state": begun.state, "code": "c"})
    assert liar.exchanged[-1]["code_verifier"] == begun.verifier
    assert liar.exchanged[-1]["redirect_uri"] == f"{SITE}/sign-in/with/national/back"


def _named(claims: Any) -> str:
    """The name of a case: moments by their distance, so that every process calls it the same."""
    words = claims.items() if isinstance(claims, dict) else [("auth_time", claims)]
    return ",".join(f"{name}={_distance(value)}" for name, value in words)


def _distance(value: Any) -> str:
    return f"{value - NOW:+d}" if isinstance(value, int) and value > NOW / 2 else str(value)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["a"]},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://another.example"},
        {"iss": None},
        {"exp": NOW - 3600},
        {"exp": None},
        {"iat": NOW - 7200},
        {"iat": NOW + 3600},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"at_hash": 7},
    ],
    ids=_named,
)
def test_a_claim_that_is_not_true_here(party: RelyingParty, liar: Liar, claims: dict[str, Any]):
    liar.claims = claims
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_a_token_that_nobody_signed(party: RelyingParty, liar: Liar, algorithm: str):
    liar.sign = lambda claims, header: unsigned(claims, header | {"alg": algorithm})
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


@pytest.mark.parametrize("shared", ["public key", "client secret"])
def test_a_token_signed_with_what_others_know(party: RelyingParty, liar: Liar, shared: str):
    public = liar.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secret = public if shared == "public key" else SECRET.encode().ljust(32)
    liar.sign = lambda claims, header: with_shared_secret(claims, header, secret)
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


@pytest.mark.parametrize("header", ["jku", "jwk", "x5u", "x5c", "crit"])
def test_a_header_that_names_its_own_key(party: RelyingParty, liar: Liar, header: str):
    liar.header = {header: ["exp"] if header == "crit" else "https://evil.example/keys"}
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


@pytest.mark.parametrize("kind", ["at+jwt", "logout+jwt"])
def test_a_token_of_another_type(party: RelyingParty, liar: Liar, kind: str):
    liar.header = {"typ": kind}
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


def test_a_strange_key_under_the_known_key_id(party: RelyingParty, liar: Liar):
    stranger = rsa.generate_private_key(65537, 2048)
    liar.sign = lambda claims, header: jwt.encode(claims, stranger, "RS256", headers=header)
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


def test_a_rotated_key_is_found_without_a_restart(
    party: RelyingParty, liar: Liar, monkeypatch: pytest.MonkeyPatch
):
    come_back(party, liar)
    liar.key, liar.key_id = rsa.generate_private_key(65537, 2048), "second"
    monkeypatch.setattr(documents_module, "KEYS_NOT_OFTENER_THAN", 0.0)
    assert come_back(party, liar).subject == "person-1"
    assert liar.asked_for_keys == 2


def test_invented_key_ids_do_not_make_us_ask_again_and_again(party: RelyingParty, liar: Liar):
    come_back(party, liar)
    liar.header = {"kid": "../../etc/passwd"}
    for _ in range(5):
        with pytest.raises(IdentityUnproven):
            come_back(party, liar)
    assert liar.asked_for_keys == 1


def test_metadata_of_another_issuer(party: RelyingParty, liar: Liar):
    liar.metadata = {"issuer": "https://another.example"}
    with pytest.raises(IdentityUnproven):
        party.begin("national")


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["ftp://evil.example/", "javascript:alert(1)", None])
def test_an_endpoint_that_is_not_safe(
    party: RelyingParty, liar: Liar, endpoint: str, address: str | None
):
    liar.metadata = {endpoint: address}
    with pytest.raises((IdentityUnproven, AnswerUnreadable)):
        party.begin("national")


@pytest.mark.parametrize(
    "answer",
    [
        {"state": "of another browser"},
        {"state": ""},
        {"state": "é"},
        {"iss": "https://another.example"},
        {"error": "access_denied"},
        {"code": ""},
    ],
    ids=str,
)
def test_an_answer_to_another_question(party: RelyingParty, liar: Liar, answer: dict[str, Any]):
    with pytest.raises(IdentityUnproven):
        come_back(party, liar, **answer)
    assert liar.exchanged == []


def test_an_issuer_that_promised_to_name_itself_must_do_so(party: RelyingParty, liar: Liar):
    liar.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)
    assert come_back(party, liar, iss=liar.issuer).subject == "person-1"


def test_one_provider_cannot_answer_for_another(liar: Liar):
    with running_liar() as honest:
        providers = {
            "national": provider(honest.issuer),
            "evil": provider(liar.issuer, "evil"),
        }
        party = RelyingParty(providers, SITE)
        _, begun = party.begin("national")
        honest.nonce = liar.nonce = begun.nonce
        honest.claims = {"iss": liar.issuer}
        with pytest.raises(IdentityUnproven):
            party.finish(begun, {"state": begun.state, "code": "c", "iss": liar.issuer})
        assert honest.exchanged == liar.exchanged == []


def test_who_was_away_too_long_begins_anew(party: RelyingParty, liar: Liar):
    _, begun = party.begin("national")
    late = Begun(**{**begun.kept(), "begun_at": begun.begun_at - 700})
    with pytest.raises(IdentityUnproven):
        party.finish(late, {"state": begun.state, "code": "c"})


@pytest.mark.parametrize("proven_at", [None, NOW - 3600, "now"], ids=_named)
def test_a_fresh_proof_must_be_fresh(party: RelyingParty, liar: Liar, proven_at: Any):
    assert "max_age=0" in party.begin("national", fresh=True)[0]
    liar.claims = {"auth_time": proven_at}
    with pytest.raises(IdentityUnproven):
        come_back(party, liar, fresh=True)
    assert come_back(party, liar).subject == "person-1"


def test_userinfo_about_somebody_else(party: RelyingParty, liar: Liar):
    liar.userinfo = {"sub": "person-2", "name": "Another"}
    with pytest.raises(IdentityUnproven):
        come_back(party, liar)


def test_a_provider_that_is_away_is_told_from_one_that_lies():
    party = RelyingParty({"national": provider(f"http://127.0.0.1:{free_port()}")}, SITE)
    with pytest.raises(SystemDown):
        party.begin("national")


def sign_out_token(liar: Liar, **claims: Any) -> str:
    event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    said = {"iat": int(time.time()), "jti": str(claims), "events": event}
    right = {"iss": liar.issuer, "aud": CLIENT, **said}
    liar.header = {"typ": "logout+jwt"}
    return liar.signed({**right, "sub": "person-1", **claims})


def test_a_reported_sign_out_is_believed_once(party: RelyingParty, liar: Liar):
    token = sign_out_token(liar, sid="s1")
    assert party.reported_sign_out("national", token) == (liar.issuer, "person-1", "s1")
    with pytest.raises(IdentityUnproven):
        party.reported_sign_out("national", token)


@pytest.mark.parametrize(
    "claims",
    [{"events": {}}, {"events": None}, {"nonce": "n"}, {"aud": "x"}, {"iat": 1}, {"sub": None}],
    ids=str,
)
def test_a_forged_sign_out_is_not(party: RelyingParty, liar: Liar, claims: dict[str, Any]):
    with pytest.raises(IdentityUnproven):
        party.reported_sign_out("national", sign_out_token(liar, **claims))
