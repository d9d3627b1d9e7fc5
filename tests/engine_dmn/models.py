"""Decision models for the tests, written as short as DMN allows."""

HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m"'
    ' namespace="urn:test">'
)


def model(body: str) -> bytes:
    return f"{HEAD}{body}</definitions>".encode()


def table(
    rules: str, *, columns: str = "", policy: str = 'hitPolicy="UNIQUE"', inputs: str = ""
) -> bytes:
    """A decision “fee” with one table; rules are “cell | cell -> output | output” lines."""
    inputs = inputs or "age"
    columns = columns or '<output id="o1" name="fee" typeRef="number"/>'
    head = "".join(
        f'<input id="i{n}" label="{name}">'
        f"<inputExpression><text>{name}</text></inputExpression></input>"
        for n, name in enumerate(inputs.split())
    )
    rows = "".join(_row(n, line) for n, line in enumerate(rules.strip().splitlines(), 1))
    return model(
        f'<decision id="fee" name="Fee"><variable name="Fee"/>'
        f'<decisionTable id="fees" {policy}>{head}{columns}{rows}</decisionTable></decision>'
    )


def _row(number: int, line: str) -> str:
    tests, outputs = line.split("->")
    cells = "".join(
        f"<inputEntry><text>{_xml(cell)}</text></inputEntry>" for cell in tests.split("|")
    )
    cells += "".join(
        f"<outputEntry><text>{_xml(cell)}</text></outputEntry>" for cell in outputs.split("|")
    )
    note = f"<annotationEntry><text>điều {number}</text></annotationEntry>"
    return f'<rule id="rule{number}">{cells}{note}</rule>'


def _xml(text: str) -> str:
    return text.strip().replace("&", "&amp;").replace("<", "&lt;")
