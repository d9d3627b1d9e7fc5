"""Small processes to test with: only the inside of a process is written out."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:motcua="urn:motcua:bpmn:1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions"
  targetNamespace="urn:test">
"""


def model(body: str, declarations: str = "", process_id: str = "p") -> bytes:
    """A file with one process; `a -> b` lines are flows, everything else is XML."""
    inside = f'<process id="{process_id}" isExecutable="true">{body}</process>'
    return (HEAD + declarations + inside + "</definitions>").encode()


def flows(*pairs: str) -> str:
    """Sequence flows written as `a -> b`, or `a -> b if =condition`; ids are `a_b`."""
    return "".join(_flow(pair) for pair in pairs)


def _flow(pair: str) -> str:
    way, _, condition = pair.partition(" if ")
    source, _, target = (part.strip() for part in way.partition("->"))
    inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inside}</sequenceFlow>"
    )


def escape(text: str) -> str:
    """Text that may stand inside XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def extended(tag: str, identity: str, *extensions: str, inside: str = "", **attributes: str) -> str:
    """An element with zeebe extensions."""
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    held = "".join(extensions)
    return (
        f'<{tag} id="{identity}" name="{identity}"{written}>'
        f"<extensionElements>{held}</extensionElements>{inside}</{tag}>"
    )


def user(identity: str, groups: str = "clerks", inside: str = "", extra: str = "") -> str:
    """A user task for a group."""
    who = f'<zeebe:assignmentDefinition candidateGroups="{escape(groups)}"/>'
    return extended("userTask", identity, who, extra, inside=inside)


def service(identity: str, kind: str = "outside", extra: str = "", inside: str = "") -> str:
    """A service task of a kind."""
    work = f'<zeebe:taskDefinition type="{escape(kind)}"/>'
    return extended("serviceTask", identity, work, extra, inside=inside)


def script(identity: str, expression: str, variable: str, extra: str = "") -> str:
    """A FEEL script."""
    code = f'<zeebe:script expression="{escape(expression)}" resultVariable="{variable}"/>'
    return extended("scriptTask", identity, code, extra)


def mapping(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """An ioMapping: target -> source."""
    lines = [
        f'<zeebe:{word} source="{escape(source)}" target="{target}"/>'
        for word, side in (("input", inputs), ("output", outputs))
        for target, source in (side or {}).items()
    ]
    return f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>"


def many(
    collection: str,
    item: str = "item",
    results: str = "",
    result: str = "",
    until: str = "",
    *,
    sequential: bool = False,
) -> str:
    """Multi-instance characteristics."""
    end = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f'<extensionElements><zeebe:loopCharacteristics inputCollection="{escape(collection)}" '
        f'inputElement="{item}" outputCollection="{results}" outputElement="{escape(result)}"/>'
        f"</extensionElements>{end}</multiInstanceLoopCharacteristics>"
    )


def message(name: str, key: str = "=key") -> str:
    """A declared message."""
    return extended(
        "message", f"m_{name}", f'<zeebe:subscription correlationKey="{key}"/>'
    ).replace(f'name="m_{name}"', f'name="{name}"')


def boundary(identity: str, host: str, definition: str, *, interrupts: bool = True) -> str:
    """A boundary event."""
    return (
        f'<boundaryEvent id="{identity}" attachedToRef="{host}" '
        f'cancelActivity="{str(interrupts).lower()}">{definition}</boundaryEvent>'
    )


def duration(text: str) -> str:
    """A timer definition."""
    return (
        f"<timerEventDefinition><timeDuration>{escape(text)}</timeDuration></timerEventDefinition>"
    )


def cycle(text: str) -> str:
    """A repeating timer definition."""
    return f"<timerEventDefinition><timeCycle>{escape(text)}</timeCycle></timerEventDefinition>"
