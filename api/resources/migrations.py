"""Migrations: running processes go over to another version of their service."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import reading
from core.i18n import translated
from dossiers.operations import migrations
from dossiers.operations.migrations import Passage
from engine.migration.models import MigrationState
from engine.migration.plan import USUAL, MigrationPlan, Place, Renewal
from engine.migration.queries import ItemView, MigrationReport
from engine.migration.remarks import Remark

resource = Resource("migrations", "Taking running processes over to another version.")
MOST_TRIED = 1000
LONGEST_REASON = 2000


class RemarkSchema(Shape):
    """One sentence about an element, in your language."""

    code = fields.String(required=True)
    element_id = fields.String(required=True)
    text = fields.String(required=True)


class MigrationPassageSchema(Shape):
    """From which version to which one."""

    source = fields.String(required=True, metadata={"description": "Version of a service."})
    target = fields.String(required=True, metadata={"description": "Another one of the same."})
    process_id = fields.String(
        load_default="", metadata={"description": "The service's main process if left out."}
    )
    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "Old to new ids, where they differ; `subprocess/id` if need be."},
    )
    renew = fields.List(
        fields.Enum(Renewal, by_value=True),
        load_default=lambda: sorted(USUAL),
        metadata={"description": "What open tasks take over where it is drawn differently."},
    )


class MigrationStartSchema(MigrationPassageSchema):
    """Which processes go over, and why."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))
    instance_ids = fields.List(
        fields.UUID(),
        load_default=None,
        allow_none=True,
        metadata={"description": "All that run in the source version if left out."},
    )


class MigrationPlaceSchema(Shape):
    """An element of the old version; nothing that stands there can go over if `target` is null."""

    path = fields.List(fields.String(), required=True)
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    target = fields.String(required=True, allow_none=True)
    against = fields.List(fields.Nested(RemarkSchema), required=True)
    warnings = fields.List(fields.Nested(RemarkSchema), required=True)


class MigrationPlanSchema(Shape):
    """Where everything goes. `warnings` are those of the whole process."""

    places = fields.List(fields.Nested(MigrationPlaceSchema), required=True)
    warnings = fields.List(fields.Nested(RemarkSchema), required=True)


class MigrationRefusedSchema(Shape):
    """A process that cannot go over, with every reason."""

    instance_id = fields.UUID(required=True)
    remarks = fields.List(fields.Nested(RemarkSchema), required=True)


class MigrationTrialSchema(Shape):
    """What would become of the processes that run now."""

    migratable = fields.Integer(required=True)
    refused = fields.List(fields.Nested(MigrationRefusedSchema), required=True)


class MigrationItemSchema(MigrationRefusedSchema):
    """What became of one process."""

    state = fields.Enum(MigrationState, by_value=True, required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)


class MigrationCountsSchema(Shape):
    """How many processes are in each state; together they are all."""

    waiting = fields.Integer(required=True)
    migrated = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    untouched = fields.Integer(
        required=True, metadata={"description": "They had ended or moved on before."}
    )


class MigrationReportSchema(Shape):
    """How far a migration is."""

    id = fields.UUID(required=True)
    process_id = fields.String(required=True)
    target = fields.String(required=True)
    actor = fields.String(required=True)
    reason = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    done = fields.Boolean(required=True)
    counts = fields.Nested(MigrationCountsSchema, required=True)


class ItemFilters(PageArguments):
    """Which items are wanted."""

    state = fields.Enum(MigrationState, by_value=True, load_default=None)


@resource.route("/migrations/plan", methods=["POST"])
@requires(Action.INSTANCE_MIGRATE)
@resource.arguments(MigrationPassageSchema)
@resource.response(200, MigrationPlanSchema)
def plan_migration(data: dict[str, Any]) -> dict[str, Any]:
    """Show which element becomes which, and what changes. Nothing is done."""
    with reading():
        return _planned(migrations.plan_passage(_passage(data), actor=current_actor()))


@resource.route("/migrations/dry-run", methods=["POST"])
@requires(Action.INSTANCE_MIGRATE)
@resource.arguments(MigrationPassageSchema)
@resource.response(200, MigrationTrialSchema)
def try_migration(data: dict[str, Any]) -> dict[str, Any]:
    """Try it on every process that runs in the source version. Nothing is done."""
    with reading():
        verdicts = migrations.try_passage(_passage(data), actor=current_actor())
    refused = [each for each in verdicts if not each.is_migratable]
    return {
        "migratable": len(verdicts) - len(refused),
        "refused": [
            {"instance_id": each.instance_id, "remarks": _remarks(each.against)}
            for each in refused[:MOST_TRIED]
        ],
    }


@resource.route("/migrations", methods=["POST"])
@requires(Action.INSTANCE_MIGRATE)
@resource.arguments(MigrationStartSchema)
@resource.response(201, MigrationReportSchema)
@once
def start_migration(data: dict[str, Any]) -> Any:
    """Let processes go over, each by a job of its own."""
    migration_id = migrations.begin_passage(
        _passage(data),
        actor=current_actor(),
        reason=data["reason"],
        instance_ids=data["instance_ids"],
    )
    address = url_for("migrations.show_migration", migration_id=migration_id)
    return _reported(migration_id), 201, {"Location": address}


@resource.route("/migrations/<uuid:migration_id>")
@requires(Action.INSTANCE_MIGRATE)
@resource.response(200, MigrationReportSchema)
def show_migration(migration_id: UUID) -> dict[str, Any]:
    """Show how far a migration is."""
    return _reported(migration_id)


@resource.route("/migrations/<uuid:migration_id>/items")
@requires(Action.INSTANCE_MIGRATE)
@resource.arguments(ItemFilters, location="query")
@resource.response(200, page_schema(MigrationItemSchema))
def list_migration_items(arguments: dict[str, Any], migration_id: UUID) -> Page:
    """List what became of each process, with every reason against it."""

    def find(**filters: Any) -> list[ItemView]:
        return migrations.passage_items(migration_id, actor=current_actor(), **filters)

    page = paged(find, arguments, lambda item: item.instance_id)
    return Page([_item(item) for item in page.items], page.next)


def _passage(data: dict[str, Any]) -> Passage:
    return Passage(
        data["source"],
        data["target"],
        data["process_id"],
        data["mapping"],
        frozenset(data["renew"]),
    )


def _planned(plan: MigrationPlan) -> dict[str, Any]:
    scopes = [each for scope in plan.scopes for each in scope.warnings]
    return {"places": [_place(each) for each in plan.places], "warnings": _remarks(scopes)}


def _place(place: Place) -> dict[str, Any]:
    return {
        "path": place.path,
        "element_id": place.source.name,
        "name": place.source.element.name,
        "target": place.target.name if place.target is not None and place.is_open else None,
        "against": _remarks(place.against),
        "warnings": _remarks(place.warnings),
    }


def _reported(migration_id: UUID) -> dict[str, Any]:
    report: MigrationReport = migrations.passage_report(migration_id, actor=current_actor())
    return {
        "id": report.id,
        "process_id": report.process_id,
        "target": report.release,
        "actor": report.actor,
        "reason": report.reason,
        "started_at": report.started_at,
        "done": report.is_done,
        "counts": report.counts,
    }


def _item(item: ItemView) -> dict[str, Any]:
    return {
        "instance_id": item.instance_id,
        "state": MigrationState(item.state),
        "done_at": item.done_at,
        "remarks": _remarks(item.remarks),
    }


def _remarks(remarks: Any) -> list[dict[str, str]]:
    return [_remark(each) for each in remarks]


def _remark(each: Remark) -> dict[str, str]:
    return {
        "code": each.code,
        "element_id": each.element_id,
        "text": translated(each.text, each.params),
    }
