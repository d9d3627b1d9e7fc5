"""`scenarios/equivalent-mutants.yaml`: faults that change nothing anybody could see, and why."""

from collections.abc import Collection, Mapping

import yaml
from marshmallow import Schema, ValidationError, fields, validate

from studio.errors import MutantListBroken
from studio.scenarios.reading import EQUIVALENTS
from workflows.manifest import PlainLoader
from workflows.pack import ServicePack


class _Entry(Schema):
    mutant = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=10))


def equivalents(pack: ServicePack, known: Collection[str]) -> Mapping[str, str]:
    """The reason for each mutant that is declared equivalent, by its id.

    Raises MutantListBroken for a mutant that the pack does not have, or an entry without a reason.
    """
    content = pack.files.get(EQUIVALENTS)
    if content is None:
        return {}
    try:
        entries = _Entry(many=True).load(yaml.load(content, PlainLoader) or [])  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, ValidationError) as error:
        raise MutantListBroken(fault=f"{error}.") from error
    reasons: dict[str, str] = {entry["mutant"]: entry["reason"] for entry in entries}
    for name in reasons:
        if name not in known:
            raise MutantListBroken(fault=f"There is no mutant “{name}”.")
    return reasons
