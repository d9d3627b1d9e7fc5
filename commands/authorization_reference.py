"""`motcua authorization-reference`: docs/authorization.md, made from the policy table itself."""

from collections.abc import Iterator
from pathlib import Path

import click

from accounts.policy import TABLE, Action, Rule
from commands.console import plain_errors
from commands.errors import AuthorizationPageStale

PAGE = Path(__file__).parent.parent / "docs" / "authorization.md"
HEAD = """# Who may do what

Made by `make authorization` from the one table in `accounts/policy.py`: change it there. Lists,
details, the API and the pages all ask it. What no row allows is refused, with 404 where even seeing is
not allowed, and every refusal is on record.

`everyone`, `applicant` and `system` come by themselves, all other roles by dated grants. All conditions
of a row must hold, and of one grant at a time: two grants never add up. A grant that names a unit or a
service gives only what stands under a condition on units or services. An action is also the scope of an
access token that allows it.

| Action | Roles | Only on what is |
|---|---|---|
"""


@click.command()
@click.option("--check", is_flag=True, help="Only tell whether the page is up to date.")
@plain_errors
def authorization_reference(*, check: bool) -> None:
    """Write docs/authorization.md from the code."""
    if not check:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(reference(), "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != reference():
        raise AuthorizationPageStale(page=f"{PAGE.parent.name}/{PAGE.name}")


def reference() -> str:
    """The page as Markdown."""
    return HEAD + "".join(row for action in Action for row in _rows(action))


def _rows(action: Action) -> Iterator[str]:
    """A line for each set of conditions, with all roles that it holds for."""
    roles: dict[str, list[str]] = {}
    for rule in TABLE:
        if rule.action is action:
            roles.setdefault(_conditions(rule), []).append(rule.role)
    for conditions, named in roles.items():
        yield f"| `{action}` | {', '.join(named)} | {conditions} |\n"


def _conditions(rule: Rule) -> str:
    return "; ".join(relation.meaning for relation in rule.relations) or "anything"
