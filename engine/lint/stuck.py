"""What was seen by playing a process, as findings."""

from collections.abc import Iterator, Mapping

from core.errors import N_
from engine.bpmn.reading import XmlElement, line_of
from engine.lint.findings import Finding, Severity
from engine.lint.model import Model
from engine.lint.soundness import Fault, Soundness, Verdict, soundness

WORDS: Mapping[Fault | None, tuple[str, Severity, str, str]] = {
    Fault.DEADLOCK: (
        "deadlock",
        Severity.ERROR,
        N_("The process can get stuck at %(at)s, on the way %(path)s"),
        N_("Join ways with the same kind of gateway that split them."),
    ),
    Fault.DOUBLED: (
        "doubled",
        Severity.WARNING,
        N_("What comes from %(at)s on can happen twice at once, on the way %(path)s"),
        N_("Join parallel ways in a parallel gateway, unless each is meant to go on by itself."),
    ),
    Fault.ENDLESS: (
        "endless",
        Severity.WARNING,
        N_("Once at %(at)s the process goes round for ever, on the way %(path)s"),
        N_("Draw a way out of the loop that leads to an end."),
    ),
    Fault.STRANDED: (
        "stranded",
        Severity.WARNING,
        N_("No way leads to %(at)s"),
        N_("Connect these elements with the start, or remove them."),
    ),
    None: (
        "soundness-undecided",
        Severity.WARNING,
        N_("The process has too many ways to play them all"),
        N_("Move a part of it into a subprocess: each is played by itself."),
    ),
}


def stuck(model: Model, file: str) -> Iterator[Finding]:
    """A finding for every scope that is not known to be sound."""
    for result in soundness(model):
        if result.verdict is not Verdict.SOUND:
            yield _finding(result, file)


def _finding(result: Soundness, file: str) -> Finding:
    rule, severity, title, remedy = WORDS[result.fault]
    place = _place(result)
    named = {"at": ", ".join(result.at), "path": ", ".join(result.path)}
    return Finding(
        rule,
        severity,
        file,
        line_of(place),
        place.get("id", ""),
        place.get("name", ""),
        title,
        remedy,
        named,
        result.path,
    )


def _place(result: Soundness) -> XmlElement:
    """The first element where it happens, else the process."""
    found = result.scope.nodes.get(result.at[0]) if result.at else None
    return result.scope.element if found is None else found.element
