"""Where administrators begin, and the agencies with their units as trees."""

from flask import render_template

from accounts import first_run, proposing
from accounts.reach import administers_place
from dossiers.calendars.years import years_to_confirm
from web.admin import choices
from web.admin.blueprint import administrator, blueprint
from web.settling.years import standing_words


@blueprint.get("/")
def overview() -> str:
    """What can be administered, and what waits for a second person."""
    actor = administrator()
    return render_template(
        "admin/overview.html",
        waiting=proposing.open_proposals(visible_to=actor),
        agencies=choices.own_agencies(),
        place_name=choices.place_name,
        everywhere=administers_place(actor, None),
        years=years_to_confirm(),
        standing_words=standing_words,
        setting_up=first_run.is_setting_up(actor),
    )
