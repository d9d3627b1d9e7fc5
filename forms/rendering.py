"""Drawing a page of a form with the GOV.UK components; it works without JavaScript.

The page around it brings `<form method="post" novalidate>`, the CSRF token and the Continue button.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from core.errors import N_
from core.i18n import translated
from forms.components import ANSWERS, SHOWN_ONLY, Component, Path
from forms.conditions import Settled, path_of
from forms.definition import Form, Page
from forms.drawing import Drawing, View

THERE_IS_A_PROBLEM = N_("There is a problem")
NOTHING: Mapping[str, Any] = {}


def _environment() -> Environment:
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    loader = ChoiceLoader([PackageLoader("forms"), govuk])
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


_templates = _environment()


def render_page(
    form: Form,
    page: Page,
    answers: Mapping[str, Any],
    errors: Mapping[Path, list[str]],
    language: str,
    *,
    context: Mapping[str, Any] = NOTHING,
    bare: bool = False,
) -> Markup:
    """The error summary, heading and visible fields of a page.

    `answers` are clean ones or as typed (they are shown again as typed), `errors` the `fields` of
    AnswersInvalid, `context` the answers of the other pages. A page with a single question has that
    question as its `h1`. `bare` leaves out summary and heading: the fields stand in another page.
    """
    settled = form.settled(answers, language, page=page, context=context)
    with force_locale(language):
        heading = None if bare else _single_question(page, settled)
        drawing = Drawing(language, errors, settled, page.id, heading)
        views = drawing.views(page.components, answers)
        html = _templates.get_template("forms/page.html").render(
            title="" if bare or drawing.heading else page.title(language),
            views=views,
            has_buttons=any(_has_buttons(view) for view in views),
            problem_title=translated(THERE_IS_A_PROBLEM),
            problems=[] if bare else form.error_summary(errors, page),
        )
    return Markup(html)  # noqa: S704  # rendered with autoescape on


def _single_question(page: Page, settled: Settled) -> Component | None:
    """The only answer on the page, if it can carry the heading; a single tick box cannot."""
    shown = list(_visible_leaves(page.components, settled, ()))
    questions = [one for one in shown if one.type not in SHOWN_ONLY]
    if len(questions) != 1 or questions[0].type not in ANSWERS - {"checkbox", "expression"}:
        return None
    return questions[0]


def _visible_leaves(
    components: tuple[Component, ...], settled: Settled, path: Path
) -> list[Component]:
    leaves: list[Component] = []
    for component in components:
        own = path_of(component, path)
        if settled.hides(own):
            continue
        if component.type == "group":
            inner = own if component.key else path
            leaves.extend(_visible_leaves(component.children, settled, inner))
        else:
            leaves.append(component)
    return leaves


def _has_buttons(view: View) -> bool:
    return view.kind == "rows" or any(_has_buttons(inner) for inner in view.children)
