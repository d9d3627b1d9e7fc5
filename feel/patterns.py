"""Search with patterns, guarded: the work a pattern can cause on a text is bounded before it runs.

Python's engine backtracks, and nothing can stop it once it started. So the number of ways in which
a pattern can match is computed from its tree: a repetition adds ways only where its text may be
divided in several places, which the first characters of what follows decide. `(a+)+` and `a*a*a*b`
explode and are refused on any longer text; `[a-z0-9.]+@[a-z]+` does not.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from feel.errors import PatternTooCostly
from feel.limits import Evaluation
from feel.pattern_syntax import (
    MAX_PATTERN,
    Anchor,
    Characters,
    CharSet,
    Choice,
    Group,
    Part,
    PatternReader,
    PatternSyntaxError,
    Repeat,
    Sequence,
)

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": 0, "q": 0}
_NOTHING = CharSet()
_CAP = 10**12
_REFERENCE = re.compile(r"\\([\\$])|\$(\d)|([\\$])")


class Pattern:
    """A pattern ready to search with."""

    def __init__(self, source: str, tree: Choice, flags: int) -> None:
        self.source = source
        self.tree = tree
        self._code = re.compile(tree.python, flags)
        self._anchored = not flags & re.MULTILINE and all(map(_is_anchored, tree.branches))

    def search(self, text: str, run: Evaluation) -> re.Match[str] | None:
        """The first match."""
        self._guard(text, run)
        return self._code.search(text)

    def _guard(self, text: str, run: Evaluation) -> None:
        """Refuse what could take too long. Raises PatternTooCostly."""
        run.charge(1 + len(text) // 64)
        length = len(text) + 1
        work = ways(self.tree, _NOTHING, length) * span(self.tree, length)
        work *= 1 if self._anchored else length
        if work > run.limits.pattern_work:
            raise PatternTooCostly(pattern=self.source)

    def _matches(self, text: str, run: Evaluation) -> Iterator[re.Match[str]]:
        self._guard(text, run)
        for match in self._code.finditer(text):
            run.charge(1)
            yield match

    def replace(self, text: str, replacement: str, run: Evaluation) -> str | None:
        """The text with every match replaced; None for a replacement that means nothing."""
        template = _template(replacement, self._code.groups)
        if template is None:
            return None
        pieces, end, size = [], 0, 0
        for match in self._matches(text, run):
            piece = text[end : match.start()] + template(match)
            end, size = match.end(), size + len(piece)
            run.check_text(size)
            pieces.append(piece)
        return "".join([*pieces, text[end:]])

    def split(self, text: str, run: Evaluation) -> list[str]:
        """The parts between matches."""
        parts, end = [], 0
        for match in self._matches(text, run):
            if match.end() > match.start():
                parts.append(text[end : match.start()])
                end = match.end()
        return [*parts, text[end:]]

    def find_all(self, text: str, run: Evaluation) -> list[str]:
        """All matches."""
        return [match.group() for match in self._matches(text, run)]


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Pattern | None:
    """The pattern, or None when it or a flag is none. Raises PatternTooCostly when it is too long."""
    if len(pattern) > MAX_PATTERN:
        raise PatternTooCostly(pattern=pattern[:40])
    if not set(flags) <= _FLAGS.keys():
        return None
    python_flags = 0
    for flag in flags:
        python_flags |= _FLAGS[flag]
    source = re.sub(r"([\\|.?*+(){}\[\]^$-])", r"\\\1", pattern) if "q" in flags else pattern
    source = re.sub(r"\s", "", source) if "x" in flags and "q" not in flags else source
    try:
        return Pattern(pattern, PatternReader(source, python_flags).read(), python_flags)
    except (PatternSyntaxError, re.error, OverflowError):
        return None


def _template(replacement: str, groups: int) -> Callable[[re.Match[str]], str] | None:
    if any(match[3] for match in _REFERENCE.finditer(replacement)):
        return None

    def expand(match: re.Match[str]) -> str:
        def piece(reference: re.Match[str]) -> str:
            if reference[1]:
                return reference[1]
            number = int(reference[2])
            return (match[number] or "") if number <= groups else ""

        return _REFERENCE.sub(piece, replacement)

    return expand


def _is_anchored(branch: Sequence) -> bool:
    return bool(branch.parts) and branch.parts[0] == Anchor("^")


def first(part: Part) -> CharSet:
    """What the part may begin with."""
    match part:
        case Characters():
            return part.chars
        case Repeat() | Group():
            return first(part.body)
        case Choice():
            return _joined([first(branch) for branch in part.branches])
        case Sequence():
            return _first_of(part.parts, _NOTHING)
    return _NOTHING


def _joined(sets: list[CharSet]) -> CharSet:
    result = _NOTHING
    for chars in sets:
        result = result.joined(chars)
    return result


def _first_of(parts: tuple[Part, ...], follow: CharSet) -> CharSet:
    result = _NOTHING
    for part in parts:
        result = result.joined(first(part))
        if not may_be_empty(part):
            return result
    return result.joined(follow)


def may_be_empty(part: Part) -> bool:
    """True when the part can match without any character. Anchors stop, so they do not count."""
    match part:
        case Repeat():
            return part.least == 0 or may_be_empty(part.body)
        case Group():
            return may_be_empty(part.body)
        case Choice():
            return any(map(may_be_empty, part.branches))
        case Sequence():
            return all(map(may_be_empty, part.parts))
    return False


def ways(part: Part, follow: CharSet, length: int) -> int:
    """An upper bound of the ways to match from one place in a text of this length."""
    match part:
        case Group():
            return ways(part.body, follow, length)
        case Sequence():
            return _ways_of_sequence(part, follow, length)
        case Choice():
            return _ways_of_choice(part, follow, length)
        case Repeat():
            return _ways_of_repeat(part, follow, length)
    return 1


def _ways_of_sequence(sequence: Sequence, follow: CharSet, length: int) -> int:
    result = 1
    for index, part in enumerate(sequence.parts):
        after = _first_of(sequence.parts[index + 1 :], follow)
        result = min(result * ways(part, after, length), _CAP)
    return result


def _ways_of_choice(choice: Choice, follow: CharSet, length: int) -> int:
    counts = [ways(branch, follow, length) for branch in choice.branches]
    taken = _NOTHING
    for branch in choice.branches:
        begins = _first_of(branch.parts, follow)
        if begins.overlaps(taken) or (may_be_empty(branch) and len(counts) > 1):
            return min(sum(counts), _CAP)
        taken = taken.joined(begins)
    return max(counts)


def _ways_of_repeat(repeat: Repeat, follow: CharSet, length: int) -> int:
    begins = first(repeat.body)
    rounds = min(repeat.most if repeat.most is not None else length, length)
    inner = ways(repeat.body, begins.joined(follow), length)
    if may_be_empty(repeat.body) and rounds > 1:
        inner = max(inner, 2)
    exits = 1
    if repeat.least != repeat.most and begins.overlaps(follow):
        exits = max(rounds - repeat.least + 1, 1)
    if inner == 1:
        return exits
    if rounds * inner.bit_length() > _CAP.bit_length() + rounds:
        return _CAP
    total: int = inner**rounds * exits
    return min(total, _CAP)


def span(part: Part, length: int) -> int:
    """An upper bound of the characters that one match looks at."""
    match part:
        case Group():
            return span(part.body, length)
        case Sequence():
            return min(1 + sum(span(inner, length) for inner in part.parts), length)
        case Choice():
            return max(span(branch, length) for branch in part.branches)
        case Repeat():
            rounds = length if part.most is None else part.most
            return min(rounds * span(part.body, length), length)
    return 1
