"""Forms: form-js JSON read once, answers checked, pages drawn; nothing here knows of dossiers.

form = Form.parse(json_bytes, {"en": translations}, file="applicant.form")
clean = form.load(answers, "vi")                  # raises AnswersInvalid with messages by path
html = forms.rendering.render_page(form, form.pages[0], answers, errors, "vi")
"""

from forms.components import Component, Option, Path
from forms.definition import Form, Page, all_components
from forms.errors import AnswersInvalid, FormBroken
from forms.summary import Row

__all__ = [
    "AnswersInvalid",
    "Component",
    "Form",
    "FormBroken",
    "Option",
    "Page",
    "Path",
    "Row",
    "all_components",
]
