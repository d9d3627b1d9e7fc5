"""The baseline: SpiffWorkflow as it comes, in memory and with its own serializer.

Its loggers are at WARNING: below that it formats a line for every change of state.
"""

import io
import logging
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

MODELS = Path(__file__).parent / "models"

for name in ("spiff", "spiff.task", "spiff.workflow"):
    logging.getLogger(name).setLevel(logging.WARNING)


class Stock:
    """A process of stock SpiffWorkflow, driven by its user tasks."""

    def __init__(self, content: bytes, process_id: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_io(io.BytesIO(content), "model.bpmn")
        self.spec = parser.get_spec(process_id)
        self.serializer = BpmnWorkflowSerializer()

    def start(self, data: dict[str, Any]) -> Any:
        """A new instance, run to its first user task."""
        workflow = BpmnWorkflow(self.spec)
        workflow.task_tree.data.update(data)
        workflow.do_engine_steps()
        return workflow

    def act(self, workflow: Any, data: dict[str, Any]) -> None:
        """Complete the open user task, and run on."""
        ready = workflow.get_tasks(state=TaskState.READY)
        (task,) = [task for task in ready if isinstance(task.task_spec, UserTaskMixin)]
        task.data.update(data)
        task.run()
        workflow.do_engine_steps()

    def cycle(self, saved: str, data: dict[str, Any]) -> str:
        """Restore, act, save."""
        workflow = self.serializer.deserialize_json(saved)
        self.act(workflow, data)
        return str(self.serializer.serialize_json(workflow))
