"""The services that can be applied for."""

from typing import Any

from marshmallow import fields

from accounts import queries as accounts
from accounts.models import Agency
from accounts.places import names_at
from accounts.policy import Action
from api.authentication import requires
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from core.i18n import pick
from dossiers.context import jurisdiction
from dossiers.fees.assessing import fee_today
from workflows.pack import ServicePack
from workflows.queries import service, services

resource = Resource("services", "Services that can be applied for.")


class ServiceSchema(Shape):
    """A service on offer."""

    key = fields.String(required=True)
    version = fields.String(required=True)
    name = fields.String(required=True)
    summary = fields.String(required=True)


class DocumentTypeSchema(Shape):
    """A paper that may be asked for; which ones are follows from the answers."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True)


class LimitSchema(Shape):
    """A time limit in office hours, working days, calendar days or months."""

    amount = fields.Float(required=True)
    unit = fields.String(required=True)


class LimitVariantSchema(LimitSchema):
    """Another limit for a channel, or for answers that fulfil a condition in FEEL, or for both."""

    channel = fields.String(required=True, allow_none=True)
    when = fields.String(required=True, allow_none=True)


class TimeLimitSchema(LimitSchema):
    """The legal time limit; the first of its variants that holds goes before it."""

    variants = fields.List(fields.Nested(LimitVariantSchema), required=True)


class MoneySchema(Shape):
    """An amount in the smallest unit of a currency."""

    amount = fields.Integer(required=True)
    currency = fields.String(required=True)


class AgencySchema(Shape):
    """An agency to which one can apply."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ServiceDetailsSchema(ServiceSchema):
    """Everything needed to apply. `unverified` names facts that the authority has yet to confirm."""

    form = fields.Dict(required=True, metadata={"description": "JSON Schema of the answers."})
    documents = fields.List(fields.Nested(DocumentTypeSchema), required=True)
    fee = fields.Nested(MoneySchema, required=True, metadata={"description": "As of today."})
    time_limit = fields.Nested(TimeLimitSchema, required=True)
    agencies = fields.List(fields.Nested(AgencySchema), required=True)
    unverified = fields.List(fields.String(), required=True)


class ServicesSchema(Shape):
    """All services; they are few, so there are no pages."""

    items = fields.List(fields.Nested(ServiceSchema), required=True)


@resource.route("/services")
@requires(Action.SERVICE_VIEW)
@resource.response(200, ServicesSchema)
def list_services() -> dict[str, Any]:
    """List the services on offer."""
    return {"items": [_described(pack) for pack in services()]}


@resource.route("/services/<key>")
@requires(Action.SERVICE_VIEW)
@resource.response(200, ServiceDetailsSchema)
def show_service(key: str) -> dict[str, Any]:
    """Show what a service asks: its form as JSON Schema, documents, fee and time limit."""
    pack = service(key)
    form = pack.form(pack.manifest.application_form)
    return {
        **_described(pack),
        "form": form.json_schema(language()),
        "documents": [_document(pack, kind) for kind in pack.asked_documents],
        "fee": {
            "amount": fee_today(pack, {}),
            "currency": jurisdiction().profile.currency["code"],
        },
        "time_limit": pack.manifest.time_limit,
        "agencies": [_agency(agency) for agency in accounts.agencies(open_only=True)],
        "unverified": _unverified(pack),
    }


def _described(pack: ServicePack) -> dict[str, Any]:
    return {
        "key": pack.manifest.key,
        "version": pack.version,
        "name": pick(pack.manifest.name, language()),
        "summary": pick(pack.manifest.summary, language()),
    }


def _document(pack: ServicePack, kind: str) -> dict[str, str]:
    known = pack.document_type(kind)
    return {"key": kind, "name": pick(known.name, language()), "hint": pick(known.hint, language())}


def _agency(agency: Agency) -> dict[str, str]:
    return {"code": agency.code, "name": pick(names_at(agency), language())}


def _unverified(pack: ServicePack) -> list[str]:
    return [name for name, setting in pack.manifest.settings.items() if not setting.verified]
