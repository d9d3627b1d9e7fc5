"""Samples of finished dossiers: drawing one, going through it, signing it off."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from auditing import inquiries, sampling
from auditing.errors import DaysWrong, SampleNotFound
from auditing.models import Sample
from auditing.sampling import ANSWERS, LARGEST, QUESTIONS, Population
from auditing.searching import names_of
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of, translated
from web.auditor.blueprint import (
    Answer,
    agency_items,
    agency_name,
    auditor,
    blueprint,
    newest,
    sent_day,
    sent_id,
    sign_off,
)
from web.visitors import told
from workflows.queries import services


@blueprint.get("/samples")
def samples() -> str:
    """The samples so far, and drawing another one."""
    return _list({})


@blueprint.post("/samples")
def draw() -> Answer:
    """Draw a sample."""
    try:
        first, last = sent_day("first"), sent_day("last")
        if first is None or last is None:
            raise DaysWrong
        service, size = request.form.get("service", ""), request.form.get("size", "")
        population = Population(first, last, sent_id("agency"), service)
        wanted = int(size) if size.isdecimal() and len(size) < len(str(LARGEST)) + 1 else 0
        with transaction():
            seed = request.form.get("seed", "")[:64]
            made = sampling.draw(population, max(wanted, 1), by=auditor(), seed=seed)
    except MotcuaError as error:
        return _list({"first": sentences_of(error)}), 422
    return told(_("The sample is drawn."), url_for("auditor.sample", sample_id=made.id))


@blueprint.get("/samples/<uuid:sample_id>")
def sample(sample_id: UUID) -> str:
    """The dossiers of a sample, and what was found."""
    return _page(_found(sample_id), {})


@blueprint.get("/samples/<uuid:sample_id>/<int:position>")
def sampled(sample_id: UUID, position: int) -> str:
    """The checklist of one dossier."""
    return _checklist(sample_id, position, {})


@blueprint.post("/samples/<uuid:sample_id>/<int:position>")
def check(sample_id: UUID, position: int) -> Answer:
    """Keep what was found about one dossier."""
    checks = {name: request.form.get(name, "") for name in QUESTIONS}
    _found(sample_id)
    missing = {name: _("Choose an answer") for name in QUESTIONS if checks[name] not in ANSWERS}
    if missing:
        return _checklist(sample_id, position, missing), 422
    with transaction():
        remark = request.form.get("note", "")[:2000]
        sampling.check(sample_id, position, checks, remark, by=auditor())
    return told(_("It is noted."), url_for("auditor.sample", sample_id=sample_id))


@blueprint.post("/samples/<uuid:sample_id>/sign-off")
def sign_sample(sample_id: UUID) -> Answer:
    """Close the sample."""
    return sign_off(_found(sample_id), sampling.sign_off, _page)


def _list(errors: dict[str, str]) -> str:
    return render_template(
        "auditor/samples.html",
        **newest(Sample),
        agencies=agency_items(request.form.get("agency", ""), everywhere=_("All agencies")),
        place=lambda each: agency_name(each, _("All agencies")),
        services=[each.manifest.key for each in services()],
        typed=request.form,
        errors=errors,
    )


def _found(sample_id: UUID) -> Sample:
    return inquiries.find(Sample, sample_id, visible_to=auditor())


def _page(found: Sample, errors: dict[str, str]) -> str:
    rows = sampling.sampled(found)
    return render_template(
        "auditor/sample.html",
        sample=found,
        rows=rows,
        references=sampling.references(rows),
        names=names_of([each for each in (found.drawn_by, found.signed_by) if each]),
        place=agency_name(found.agency_id, _("All agencies")),
        errors=errors,
    )


def _checklist(sample_id: UUID, position: int, errors: dict[str, str]) -> str:
    found = _found(sample_id)
    rows = [each for each in sampling.sampled(found) if each.position == position]
    if not rows:
        raise SampleNotFound
    return render_template(
        "auditor/sampled.html",
        sample=found,
        row=rows[0],
        reference=sampling.references(rows).get(rows[0].dossier_id, ""),
        questions={name: translated(text) for name, text in QUESTIONS.items()},
        answers={name: translated(text) for name, text in ANSWERS.items()},
        checks=request.form if errors else rows[0].checks,
        note=request.form.get("note", rows[0].note),
        errors=errors,
    )
