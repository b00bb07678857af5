"""The campaigns: a year's call for ideas, its rules, and next year's made from it (R1, R9, R24)."""

from contextlib import suppress
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Form, reading
from kiosk.staff.office.campaign_form import read_campaign
from kiosk.web import fault_page, settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.record import astuple
from shared.domain.roles import DESK
from shared.domain.rubric import MOST_CRITERIA
from shared.store.office import campaigns as office_campaigns
from shared.store.office.campaigns import Campaign, CampaignExists
from shared.workflows import change_campaign as changing
from shared.workflows.change_campaign import Recounted


@bp.get("/ke-hoach", allow=DESK)
def campaigns() -> ResponseReturnValue:
    """List the campaigns, the latest first."""
    found = office_campaigns.campaigns(store())
    return render_template("staff/campaigns.html", campaigns=found, next_year=found[0].year + 1)


@bp.post("/ke-hoach", allow=DESK)
def begin_campaign() -> ResponseReturnValue:
    """Begin the year after the latest with the rules of the latest."""
    latest = office_campaigns.campaigns(store())[0]
    if request.form.get("year") == str(latest.year + 1):  # otherwise a second tap: it is begun
        with suppress(CampaignExists):
            office_campaigns.add_campaign(
                store(), office_campaigns.next_campaign(latest), actor=me().id, at=clock.now()
            )
        latest = office_campaigns.campaigns(store())[0]
    return redirect(url_for("staff.campaign", year=latest.year), 303)


@bp.get("/ke-hoach/<int:year>", allow=DESK)
def campaign(year: int) -> ResponseReturnValue:
    """Show a campaign's rules as a form."""
    found = office_campaigns.of_year(store(), year)
    return fault_page(404) if found is None else _page(found, written_out(found))


@bp.post("/ke-hoach/<int:year>", allow=DESK)
def change_campaign(year: int) -> ResponseReturnValue:
    """Replace a campaign's rules by what was typed; say what a new cut-off changed."""
    found = office_campaigns.of_year(store(), year)
    if found is None:
        return fault_page(404)
    if request.form.get("seen") != office_campaigns.fingerprint(found):
        return _page(found, request.form, [Problem("", "staff.campaign.changed")], status=409)
    with reading(partial(_page, found, request.form)) as given:
        new = read_campaign(given, year)
    recounted = changing.change_campaign(
        store(), new, zone=settings().office.zone, actor=me().id, at=clock.now()
    )
    return _page(new, written_out(new), recounted=recounted)


def written_out(kept: Campaign) -> Form:
    """Return the form filled with a campaign."""
    form = {
        "legal_basis": kept.legal_basis,
        "council_name": kept.council_name,
        "number": kept.number,
        "issued_on": clock.written_day(kept.issued_on),
        "signer": kept.signer,
        "signer_title": kept.signer_title,
        "parent_plan": kept.parent_plan,
        "cutoff_day": kept.cutoff.day,
        "cutoff_month": kept.cutoff.month,
        "cutoff_inclusive": "yes" if kept.cutoff.inclusive else "",
        "service_days": kept.service_days,
        "distribution": "\n".join(kept.distribution),
        "gates": "\n".join(kept.rubric.gates),
        "recognise_from": kept.rubric.recognise_from,
        "replicate_from": kept.rubric.replicate_from,
        "quorum_percent": kept.rubric.quorum_percent,
        "agree_percent": kept.rubric.agree_percent,
    }
    for place, criterion in enumerate(kept.rubric.criteria):
        name, most, zero, guide = astuple(criterion)
        form |= {f"criterion_{place}": name, f"most_{place}": most, f"guide_{place}": guide}
        form[f"zero_{place}"] = "yes" if zero else ""
    return Form({name: str(value) for name, value in form.items()})


def _page(
    kept: Campaign,
    given: Form,
    problems: list[Problem] | None = None,
    *,
    recounted: Recounted | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    rows = 1 + max(
        (at for at in range(MOST_CRITERIA) if given.get(f"criterion_{at}")), default=0
    )  # one empty row to add to
    page = render_template(
        "staff/campaign.html",
        campaign=kept,
        given=given,
        rows=min(MOST_CRITERIA, rows + 1),
        seen=office_campaigns.fingerprint(kept),
        problems=problems or [],
        recounted=recounted,
    )
    return page, status
