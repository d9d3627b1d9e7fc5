"""What the machine gets from the rest of the engine during one step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.database import db
from core.errors import MotcuaError
from engine.definitions import Definition
from engine.errors import BpmnError, ElementFailed, VariablesRefused
from engine.events import DecisionMade
from engine.jobs.kinds import ActionCall
from engine.machine.process import ProcessSpec
from engine.machine.token import Token
from engine.machine.values import clean, clean_value
from engine.machine.variables import visible
from engine.projection import Projection
from engine.runtime import Runtime

log = structlog.get_logger(__name__)


@dataclass
class StepHost:
    """Definitions, decisions, actions and the clock, for one step of one instance."""

    definition: Definition
    runtime: Runtime
    projection: Projection

    def now(self) -> datetime:
        """See `Host.now`."""
        return now()

    def process(self, process_id: str) -> ProcessSpec:
        """See `Host.process`."""
        return self.definition.process(process_id)

    def is_action(self, kind: str) -> bool:
        """See `Host.is_action`."""
        if not self.runtime.knows(kind):
            raise ElementFailed(f"nobody does work of the type “{kind}”")
        return kind in self.runtime.actions

    def decide(self, token: Token, decision_id: str) -> Any:
        """See `Host.decide`."""
        try:
            outcome = self.definition.decide(decision_id, visible(token))
            value = clean_value(outcome.value, decision_id)
        except MotcuaError as error:
            raise ElementFailed(f"the decision “{decision_id}” failed: {error}") from error
        instance, element = token.workflow.instance, token.task_spec.element
        self.projection.absorb(instance.drain())
        self.runtime.tell(DecisionMade(instance.id, instance.business_key, element.id, outcome))
        return value

    def perform(self, token: Token, kind: str) -> Mapping[str, Any] | None:
        """See `Host.perform`. What a failing action wrote is undone; the step goes on without it."""
        self.projection.absorb(token.workflow.instance.drain())
        call = action_call(token, kind)
        try:
            with db.session.begin_nested():
                return clean(self.runtime.actions[kind](call) or {})
        except (BpmnError, ElementFailed, OperationalError):
            raise
        except VariablesRefused as error:
            raise ElementFailed(str(error)) from error
        except Exception as error:
            log.warning("action failed", kind=kind, element=token.task_spec.name, exc_info=True)
            raise ElementFailed(f"{kind}: {type(error).__name__}: {error}") from error


def action_call(token: Token, kind: str) -> ActionCall:
    """What an action is told about the element it works for."""
    instance, seen = token.workflow.instance, token.task_spec.element
    return ActionCall(
        instance.id,
        kind,
        dict(visible(token)),
        seen.headers,
        seen.attributes,
        seen.id,
        seen.name,
        instance.business_key,
    )
