"""What the gate demands of `desk`: the tasks that it names exist."""

from engine.bpmn.reading import parse_xml
from workflows.errors import PackBroken
from workflows.pack import ServicePack

_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"


def check_desk_rules(pack: ServicePack) -> None:
    """Raise PackBroken for a task that no model has."""
    models = (parse_xml(path, text) for path, text in pack.files.items() if path.endswith(".bpmn"))
    tasks = {task.get("id") for root in models for task in root.iter(_TASK)}
    for named in pack.manifest.desk.kept_from:
        if named not in tasks:
            fault = f"`desk.kept_from` names “{named}”: no model has such a user task."
            raise PackBroken(file="service.yaml", fault=fault)
