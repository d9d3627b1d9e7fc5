"""Requests of programs: counted against their quotas, told in headers, noted for their contacts."""

from typing import Any

from flask import Response, g, request

from accounts.actor import Actor, Kind
from accounts.clients.calls import Call
from accounts.clients.quotas import Standing
from accounts.clients.runtime import clients_runtime
from api.authentication import current_actor
from core.clock import now
from core.errors import MotcuaError

PROBLEM = "application/problem+json"


def begin() -> None:
    """Count this request, if a program sends it; raises QuotaUsedUp."""
    actor = current_actor()
    if actor.kind is Kind.CLIENT:
        g.standings = clients_runtime().quotas.spend(actor)


def finish(response: Response) -> Response:
    """Tell the program what is left, and note its request."""
    actor = current_actor()
    if actor.kind is Kind.CLIENT:
        _tell(response, g.get("standings") or clients_runtime().quotas.standings(actor))
        clients_runtime().calls.note(_call(_client_of(actor), response, ""))
    return response


def note_refused(error: MotcuaError, response: Response) -> None:
    """Note that a program could not prove who it is, with the reason for its contact."""
    client_id = error.params.get("client")
    if client_id is not None:
        reason = str(error.params.get("reason", ""))
        clients_runtime().calls.note(_call(str(client_id), response, reason))


def _client_of(actor: Actor) -> str:
    return actor.id.partition(":")[2]


def _call(client_id: str, response: Response, detail: str) -> Call:
    route = str(request.url_rule or "")
    status = response.status_code
    return Call(client_id, now(), request.method, route, status, _problem(response), detail)


def _problem(response: Response) -> str:
    told: Any = response.get_json(silent=True) if response.mimetype == PROBLEM else None
    return str(told["code"]) if told else ""


def _tell(response: Response, standings: list[Standing]) -> None:
    """The quota that is nearest to its end, and all of them as the policy."""
    if not standings:
        return
    nearest = min(standings, key=lambda it: it.remaining)
    seconds = {"minute": 60, "day": 86_400}
    response.headers["RateLimit-Limit"] = str(nearest.limit)
    response.headers["RateLimit-Remaining"] = str(nearest.remaining)
    response.headers["RateLimit-Reset"] = str(nearest.resets_in)
    policy = ", ".join(f"{it.limit};w={seconds[it.span]}" for it in standings)
    response.headers["RateLimit-Policy"] = policy
