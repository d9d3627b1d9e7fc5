"""`make conformance`: figures per folder on the screen, and build/conformance.json.

The kit is data of the DMN community and no part of the project.
"""

import sys
from pathlib import Path

import orjson

from conformance.dmn import Group, run_kit
from conformance.kit import kit_folder

RESULT = Path("build/conformance.json")
WHERE = """There is no DMN test kit here. It is the project dmn-tck/tck of the DMN community on GitHub:
clone it and name its folder, for example  DMN_TCK=../tck/TestCases make conformance"""
# Level, least share in total, least share in every folder; and folders that need what we refuse.
BARS = (("compliance-level-2", 1.0, 1.0), ("compliance-level-3", 0.97, 0.9))
REFUSED = "external-java"


def main() -> int:
    """Run, print, write; 1 when a bar was missed or there is no kit."""
    folder = kit_folder()
    if folder is None:
        print(WHERE, file=sys.stderr)
        return 1
    groups = []
    for group in run_kit(folder):
        groups.append(group)
        print(shown(group), flush=True)
    missed = [print_bar(groups, *bar) for bar in BARS]
    write(groups)
    return 1 if any(missed) else 0


def shown(group: Group) -> str:
    """One line for the folder, and one for each miss."""
    lines = [f"{group.passed:>6} of {group.total:<6} {group.name}"]
    for miss in group.misses:
        case = miss.case
        lines.append(f"         {case.case_id} {case.output}: {case.expected!r}, not {miss.found}")
    return "\n".join(lines)


def print_bar(groups: list[Group], level: str, whole: float, each: float) -> bool:
    """Print the level's total; true when it misses its bar."""
    ours = [group for group in groups if group.name.startswith(level)]
    passed, total = sum(group.passed for group in ours), sum(group.total for group in ours)
    low = [
        group.name
        for group in ours
        if group.passed < each * group.total and REFUSED not in group.name
    ]
    print(f"{passed:>6} of {total:<6} {level}, {passed / max(total, 1):.2%}; at least {whole:.0%}")
    if low:
        print(f"       below {each:.0%}: {', '.join(low)}")
    return bool(low) or passed < whole * total


def write(groups: list[Group]) -> None:
    """Write the file; the part of BPMN comes from its own kit."""
    figures = {group.name: {"passed": group.passed, "total": group.total} for group in groups}
    RESULT.parent.mkdir(exist_ok=True)
    result = {"dmn": figures, "bpmn": {}}
    RESULT.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    sys.exit(main())
