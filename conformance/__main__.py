"""`make conformance`: figures per folder on the screen, and build/conformance.json.

The kit of decisions and the models of processes are others' data and no part of the project.
"""

import sys
from pathlib import Path

import orjson

from conformance.bpmn import Read, models_folder, read_models
from conformance.dmn import Group, run_kit
from conformance.kit import kit_folder

RESULT = Path("build/conformance.json")
WHERE = """There is no DMN test kit here. It is the project dmn-tck/tck of the DMN community on GitHub:
clone it and name its folder, for example  DMN_TCK=../tck/TestCases make conformance"""
NO_MODELS = """There are no process models here. They are in bpmn-miwg/bpmn-miwg-test-suite on GitHub:
clone it and name its folder, for example  BPMN_MIWG=../miwg/Reference make conformance"""
# Level, least share in total, least share in every folder; and folders that need what we refuse.
BARS = (("compliance-level-2", 1.0, 1.0), ("compliance-level-3", 0.97, 0.9))
REFUSED = "external-java"


def main() -> int:
    """Run, print, write; 1 when a bar was missed or a kit is not there."""
    models, models_missed = check_models()
    groups, groups_missed = check_decisions()
    write(groups, models)
    return 1 if models_missed or groups_missed else 0


def check_decisions() -> tuple[list[Group], bool]:
    """Run the kit of decisions; true when a bar was missed or there is no kit."""
    folder = kit_folder()
    if folder is None:
        print(WHERE, file=sys.stderr)
        return [], True
    groups = []
    for group in run_kit(folder):
        groups.append(group)
        print(shown(group), flush=True)
    missed = [print_bar(groups, *bar) for bar in BARS]
    return groups, any(missed)


def check_models() -> tuple[list[Read], bool]:
    """Read the models of processes; true when one was not read as it should or there are none."""
    folder = models_folder()
    if folder is None:
        print(NO_MODELS, file=sys.stderr)
        return [], True
    models = list(read_models(folder))
    for model in models:
        print(f"{model.seconds:>6.3f} s  {model.unsupported:>4} unsupported, named  {model.name}")
        print("".join(f"         not named: {name}\n" for name in model.unnamed), end="")
    good = sum(model.passed for model in models)
    print(f"{good:>6} of {len(models):<6} models of processes read in time, with every gap named")
    return models, good < len(models)


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


def write(groups: list[Group], models: list[Read]) -> None:
    """Write the file."""
    result = {
        "dmn": {group.name: {"passed": group.passed, "total": group.total} for group in groups},
        "bpmn": {
            model.name: {"passed": model.passed, "unsupported": model.unsupported}
            for model in models
        },
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    sys.exit(main())
