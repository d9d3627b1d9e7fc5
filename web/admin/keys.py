"""Certificates and keys in use: who seals and signs with what, and what signs access tokens."""

from flask import render_template

import signing
from accounts.department_queries import administered_agencies
from accounts.reach import administers_place
from accounts.runtime import runtime
from dossiers.leader_keys import keys_of_leaders
from dossiers.settled import seal_serial
from web.admin.blueprint import administrator, blueprint
from web.admin.choices import place_name


@blueprint.get("/keys")
def keys() -> str:
    """The keys of the seals of the visitor's agencies; for who administers all, those of tokens."""
    actor = administrator()
    return render_template(
        "admin/keys.html",
        seals=[
            (place_name(agency), key, _seals(key, agency_keys, seal_serial(agency.id)))
            for agency in administered_agencies(visible_to=actor)
            for agency_keys in [signing.seal_keys(str(agency.id))]
            for key in agency_keys
        ],
        leaders=[
            (place_name(agency), name, key)
            for agency in administered_agencies(visible_to=actor)
            for name, key in keys_of_leaders(agency.id)
        ],
        token_keys=runtime().tokens.keys.views() if administers_place(actor, None) else [],
    )


def _seals(key: signing.SealKey, keys: list[signing.SealKey], settled: str) -> bool:
    """Whether this is the key that seals now: the settled one, else the newest valid one."""
    newest = next((each.serial for each in keys if each.valid), "")
    return key.valid and key.serial == (settled or newest)
