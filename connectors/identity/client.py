"""One sign-in at an identity provider: authorization code flow with PKCE (RFC 7636), state and nonce.

`begin` makes what the browser keeps and where it goes; `finish` judges what it brings back.
"""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import jwt

from accounts.actor import Kind
from accounts.identities import ProvenIdentity
from connectors.calls import TIME_OUT_SECONDS
from connectors.errors import AnswerUnreadable, IdentityUnproven
from connectors.identity.documents import SYSTEM, Documents, answer_of, get
from connectors.identity.providers import Provider
from connectors.identity.tokens import SKEW_SECONDS, identity_claims, sign_out_claims
from core.ids import new_id

LIFE_SECONDS: Final = 600
ASSERTION_SECONDS: Final = 60
REMEMBERED_SIGN_OUTS: Final = 1000


@dataclass(frozen=True)
class Begun:
    """What the browser keeps while it is away; it comes back with the same state, or in vain.

    `next` is where the visitor wanted to go; `fresh` whether he had to prove himself anew,
    `link` whether he wants the identity linked to the account that he has signed in with.
    """

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    begun_at: int
    fresh: bool = False
    link: bool = False

    def kept(self) -> dict[str, Any]:
        """As plain values, for a cookie."""
        return asdict(self)


@dataclass
class RelyingParty:
    """This site before its identity providers. `public_url` is where browsers come back to."""

    providers: Mapping[str, Provider]
    public_url: str
    _documents: dict[str, Documents] = field(init=False)
    _reported: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._documents = {
            code: Documents(provider.issuer) for code, provider in self.providers.items()
        }

    def of_kind(self, kind: Kind) -> Sequence[Provider]:
        """The providers for citizens, or for staff."""
        return [each for each in self.providers.values() if each.kind is kind]

    def return_address(self, code: str) -> str:
        """Where a provider sends browsers back to: each has its own, none can stand in for another."""
        return f"{self.public_url}/sign-in/with/{code}/back"

    def begin(
        self, code: str, *, next_page: str = "", fresh: bool = False, link: bool = False
    ) -> tuple[str, Begun]:
        """Where to send the browser, and what it keeps; raises SystemDown or AnswerUnreadable."""
        provider = self.providers[code]
        begun = Begun(
            provider=code,
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            next=next_page,
            begun_at=int(time.time()),
            fresh=fresh or link,
            link=link,
        )
        asked = self._question(provider, begun)
        address = str(self._documents[code].metadata()["authorization_endpoint"])
        return address + ("&" if urlsplit(address).query else "?") + urlencode(asked), begun

    def origin_of(self, code: str) -> str:
        """Scheme and host of the page where a provider asks who one is."""
        parts = urlsplit(str(self._documents[code].metadata()["authorization_endpoint"]))
        return f"{parts.scheme}://{parts.netloc}"

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> ProvenIdentity:
        """Who has come back. Raises IdentityUnproven, SystemDown, AnswerUnreadable."""
        provider, documents = self.providers[begun.provider], self._documents[begun.provider]
        _check_return(begun, answer, documents)
        told = self._exchange(provider, documents, begun, answer["code"])
        access_token, id_token = told.get("access_token"), told.get("id_token")
        if not isinstance(access_token, str) or not isinstance(id_token, str):
            raise AnswerUnreadable(system=SYSTEM, fault="no tokens")
        claims = identity_claims(
            id_token,
            documents,
            client=provider.client,
            nonce=begun.nonce,
            access_token=access_token,
        )
        _check_fresh(begun, claims)
        return _proven(provider, {**_more_claims(documents, claims, access_token), **claims})

    def sign_out_address(self, code: str) -> str | None:
        """Where a browser ends its session at the provider, too; None when it has no such place."""
        address = self._documents[code].metadata().get("end_session_endpoint")
        if not isinstance(address, str):
            return None
        asked = {
            "client_id": self.providers[code].client,
            "post_logout_redirect_uri": f"{self.public_url}/",
        }
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def reported_sign_out(self, code: str, token: str) -> tuple[str, str, str | None]:
        """Issuer, subject and (None: all) session of a sign-out that a provider reports, each once.

        Raises IdentityUnproven for a report that is forged, stale or was seen before.
        """
        documents, client = self._documents[code], self.providers[code].client
        claims = sign_out_claims(token, documents, client=client)
        with self._lock:
            if str(claims["jti"]) in self._reported:
                raise IdentityUnproven(fault="reported before")
            while len(self._reported) >= REMEMBERED_SIGN_OUTS:
                self._reported.pop(next(iter(self._reported)))
            self._reported[str(claims["jti"])] = time.time()
        session = claims.get("sid")
        return documents.issuer, claims["sub"], str(session) if session is not None else None

    def _question(self, provider: Provider, begun: Begun) -> dict[str, str]:
        challenge = hashlib.sha256(begun.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": provider.client,
            "redirect_uri": self.return_address(provider.code),
            "scope": " ".join(provider.scopes),
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return asked | {"prompt": "login", "max_age": "0"} if begun.fresh else asked

    def _exchange(
        self, provider: Provider, documents: Documents, begun: Begun, code: str
    ) -> Mapping[str, Any]:
        address = documents.metadata()["token_endpoint"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_address(provider.code),
            "code_verifier": begun.verifier,
        }
        if provider.key:
            form |= _assertion(provider)
            return answer_of(lambda: httpx.post(address, data=form, timeout=TIME_OUT_SECONDS))
        auth = httpx.BasicAuth(quote_plus(provider.client), quote_plus(provider.secret))
        return answer_of(
            lambda: httpx.post(address, data=form, auth=auth, timeout=TIME_OUT_SECONDS)
        )


def _check_return(begun: Begun, answer: Mapping[str, str], documents: Documents) -> None:
    """State (the same browser), age, and the issuer (RFC 9207: no other provider answers)."""
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise IdentityUnproven(fault="another state")
    if time.time() - begun.begun_at > LIFE_SECONDS:
        raise IdentityUnproven(fault="begun too long ago")
    promised = documents.metadata().get("authorization_response_iss_parameter_supported") is True
    if (promised or "iss" in answer) and answer.get("iss") != documents.issuer:
        raise IdentityUnproven(fault="answered by another issuer")
    if "error" in answer or not answer.get("code"):
        raise IdentityUnproven(fault="the provider refused")


def _check_fresh(begun: Begun, claims: Mapping[str, Any]) -> None:
    """Who was asked to prove himself anew must have done so after he was asked."""
    proven = claims.get("auth_time")
    if begun.fresh and not (
        isinstance(proven, int | float) and proven >= begun.begun_at - SKEW_SECONDS
    ):
        raise IdentityUnproven(fault="not proven anew")


def _more_claims(
    documents: Documents, claims: Mapping[str, Any], access_token: str
) -> Mapping[str, Any]:
    """What the provider tells at its userinfo endpoint, of the same person only (Core 5.3.2)."""
    address = documents.metadata().get("userinfo_endpoint")
    if not isinstance(address, str):
        return {}
    told = get(address, token=access_token)
    if told.get("sub") != claims["sub"]:
        raise IdentityUnproven(fault="userinfo is about somebody else")
    return told


def _proven(provider: Provider, claims: Mapping[str, Any]) -> ProvenIdentity:
    names = provider.claims or {}

    def told(of: str) -> str:
        value = claims.get(names.get(of, ""))
        return " ".join(str(value).split())[:200] if isinstance(value, str | int) else ""

    return ProvenIdentity(
        provider=provider.code,
        kind=provider.kind,
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        login=told("login"),
        name=told("name") or told("login") or str(claims["sub"]),
        email=told("email") if claims.get("email_verified") is True else None,
        number=told("number") or None,
        assurance=(provider.levels or {}).get(str(claims.get("acr")), 1),
        provider_session=str(claims["sid"]) if "sid" in claims else None,
        roles=_roles(provider, claims.get(provider.groups_claim)),
    )


def _roles(provider: Provider, groups: Any) -> Sequence[tuple[str, str | None]]:
    held = groups if isinstance(groups, list) else []
    known = provider.groups or {}
    return [grant for group in held if isinstance(group, str) for grant in known.get(group, ())]


def _assertion(provider: Provider) -> dict[str, str]:
    """Proof of ourselves by private_key_jwt (RFC 7523)."""
    moment = int(time.time())
    claims = {
        "iss": provider.client,
        "sub": provider.client,
        "aud": provider.issuer,
        "iat": moment,
        "exp": moment + ASSERTION_SECONDS,
        "jti": str(new_id()),
    }
    algorithm = "RS256" if "RSA" in provider.key else "ES256"
    text = jwt.encode(claims, provider.key, algorithm, headers={"kid": provider.key_id or None})
    return {
        "client_id": provider.client,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": text,
    }
