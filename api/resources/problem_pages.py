"""A page for every problem type, made from the error classes; in both languages."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, abort, render_template
from flask_babel import force_locale

from api.problems import all_kinds
from core.errors import MotcuaError
from core.i18n import offered, official, translated

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

blueprint = Blueprint("problem_pages", __name__, template_folder="../templates")


@dataclass(frozen=True)
class Explanation:
    """A problem in one language; `…name…` stands where a real one names something."""

    language: str
    title: str
    remedy: str


@blueprint.get("/problems/")
def list_problems() -> str:
    """Every problem by its code."""
    kinds = [(kind.code, kind.status, _explained(kind, official())) for kind in all_kinds()]
    return render_template("api/problems.html", kinds=kinds)


@blueprint.get("/problems/<code>")
def show_problem(code: str) -> str:
    """What one problem means and how to mend it."""
    kind = next((kind for kind in all_kinds() if kind.code == code), None)
    if kind is None:
        abort(404)
    return render_template(
        "api/problem.html",
        code=code,
        status=HTTPStatus(kind.status),
        explanations=[_explained(kind, language) for language in offered()],
    )


def _explained(kind: type[MotcuaError], language: str) -> Explanation:
    with force_locale(language):
        title, remedy = (
            translated(text, _placeholders(text)) for text in (kind.title, kind.remedy)
        )
    return Explanation(language, title, remedy)


def _placeholders(text: str) -> dict[str, str]:
    return {name: f"…{name}…" for name in _PLACEHOLDER.findall(text)}
