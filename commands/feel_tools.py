"""`motcua feel`: try expressions at the console."""

import click

from commands.contexts import context_option, read_context
from commands.speaking import pointed, sentences, spoken
from engine.dmn.words import literal
from feel import FeelSyntaxError, compile_expression


@click.group()
def feel() -> None:
    """Try expressions of the language in which models decide."""


@feel.command("eval")
@click.argument("expression")
@context_option
@spoken
def evaluate(expression: str, given: str) -> None:
    """Print the value of EXPRESSION in FEEL's own notation; where it is null, why.

    The equals sign that models write in front may be left out.
    """
    text = expression.removeprefix("=")
    try:
        compiled = compile_expression(text)
    except FeelSyntaxError as error:
        click.echo(pointed(text, error.position), err=True)
        raise
    explanation = compiled.explain(read_context(given))
    click.echo(literal(explanation.value))
    for reason in explanation.reasons if explanation.value is None else ():
        click.echo(f"{pointed(text, reason.position)}\n{sentences(reason)}", err=True)
