"""What the retention terms would do now, for who administers or watches over it."""

from flask import render_template
from flask_babel import gettext as _

from accounts import policy
from accounts import queries as accounts
from accounts.policy import Action
from core.i18n import pick, translated
from dossiers.privacy.outlook import Outlook, outlooks
from web.admin.blueprint import blueprint
from web.admin.choices import place_name
from web.languages import current
from web.visitors import known_visitor
from workflows.queries import service


@blueprint.get("/retention")
def retention() -> str:
    """Per service and agency: the term, what is due, what is kept and why."""
    actor = known_visitor()
    policy.require_ever(actor, Action.SETTING_VIEW)
    names = {each.id: place_name(each) for each in accounts.agencies()}
    return render_template(
        "admin/retention.html",
        outlooks=outlooks(visible_to=actor),
        agency_name=lambda each: names[each.agency_id],
        service_name=lambda each: pick(service(each.service_key).manifest.name, current()),
        term_words=term_words,
        translated=translated,
    )


def term_words(each: Outlook) -> str:
    """How long dossiers of a service are kept whole, and by which law."""
    if each.term is None:
        return str(_("No term is settled: nothing is touched."))
    if each.term.months is None:
        return str(_("For ever (%(basis)s)", basis=each.term.basis))
    return str(_("%(months)s months (%(basis)s)", months=each.term.months, basis=each.term.basis))
