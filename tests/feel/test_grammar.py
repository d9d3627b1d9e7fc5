"""feel/grammar.ebnf and the parser agree: random sentences of the one are read by the other."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import feel
from feel import compile_expression, compile_unary_tests, to_text

GRAMMAR = (Path(feel.__file__).parent / "grammar.ebnf").read_text()
TOKEN = re.compile(r'"[^"]*"|[a-z_]+|[{}\[\]()|;=]')
CLOSING = {"{": "}", "[": "]", "(": ")"}
# Rules about single characters are drawn from these samples; the tokenizer has tests of its own.
SAMPLES = {
    "bound": ["x", "1 + 2", "-x ** 2", "f(x).y[1]", "(if x then y else 1)"],
    "name": ["x", "y", "tổng phí", "diện tích 2", "`số bậc-1`"],
    "number": ["0", "7", "2.5", ".5", "1e3", "1.5E-3"],
    "string": ['""', '"a"', '"\\u{1F600}\\n"'],
    "moment": ['"2026-01-31"', '"08:30:00"', '"P1Y2M"', '"2026-01-31T08:30:00Z"'],
}
DEEPEST = 16

# A rule's body: ("…" or a rule's name), or a mark with its parts.
Form = str | tuple[str, list["Form"]]


def rules() -> dict[str, Form]:
    text = re.sub(r"\(\*.*?\*\)", "", GRAMMAR, flags=re.DOTALL)
    found: dict[str, Form] = {}
    tokens = iter(TOKEN.findall(text))
    for name in tokens:
        assert next(tokens) == "="
        found[name] = alternatives(tokens, ";")
    return found


def alternatives(tokens: Iterator[str], end: str) -> Form:
    choices: list[list[Form]] = [[]]
    for token in tokens:
        if token == end:
            break
        if token == "|":
            choices.append([])
        elif token in CLOSING:
            choices[-1].append((token, [alternatives(tokens, CLOSING[token])]))
        else:
            choices[-1].append(token)
    return ("|", [("", choice) for choice in choices])


RULES = rules()


def sentence(form: Form, random: Random, depth: int = 0) -> str:
    """A random sentence of this form, short once it is deep."""
    if isinstance(form, str):
        return word(form, random, depth)
    mark, parts = form
    if mark == "|":
        return sentence(chosen(parts, random, depth), random, depth)
    if mark == "{":
        times = random.choice([0, 0, 0, 0, 1]) if depth < DEEPEST else 0
        return " ".join(sentence(parts[0], random, depth) for _ in range(times))
    if mark == "[" and (depth >= DEEPEST or random.random() < 0.6):
        return ""
    return " ".join(filter(None, (sentence(part, random, depth) for part in parts)))


def word(form: str, random: Random, depth: int) -> str:
    if form.startswith('"'):
        return form[1:-1]
    if form in SAMPLES:
        return random.choice(SAMPLES[form])
    return sentence(RULES[form], random, depth + 1)


def chosen(parts: list[Form], random: Random, depth: int) -> Form:
    """Any branch; when it is deep, the one that leads out soonest."""
    return random.choice(parts) if depth < DEEPEST else min(parts, key=height)


def height(form: Form) -> int:
    """How many rules deep the shortest sentence of a form is."""
    if isinstance(form, str):
        return HEIGHTS.get(form, 0)
    mark, parts = form
    if mark in ("{", "["):
        return 0
    return min(map(height, parts)) if mark == "|" else max(map(height, parts), default=0)


def heights() -> dict[str, int]:
    found = dict.fromkeys(RULES.keys() - SAMPLES.keys(), 1_000)
    for _ in RULES:
        HEIGHTS.update(found)
        found = {name: 1 + height(RULES[name]) for name in found}
    return found


HEIGHTS: dict[str, int] = {}
HEIGHTS.update(heights())


def rule_names(form: Form) -> set[str]:
    if isinstance(form, str):
        return set() if form.startswith('"') else {form}
    return set().union(*map(rule_names, form[1]))


@pytest.mark.parametrize("seed", range(400))
def test_a_sentence_of_the_grammar_is_read_and_printed_back(seed: int) -> None:
    text = sentence("expression", Random(seed))
    tree = compile_expression(text).tree
    assert compile_expression(to_text(tree)).tree == tree


@pytest.mark.parametrize("seed", range(100))
def test_a_cell_of_the_grammar_is_read(seed: int) -> None:
    compile_unary_tests(sentence("unary_tests", Random(seed)))


def test_every_rule_is_used_and_every_name_is_a_rule() -> None:
    used = set().union(*map(rule_names, RULES.values())) - SAMPLES.keys()
    tokens = {"word", "digits", "any"}
    assert used - tokens == RULES.keys() - {"expression", "unary_tests"} - SAMPLES.keys() | {
        "expression"
    }
