"""The office's rules for awards: forms, sources, legal bases with their days, and where each line
stands on the pre-printed certificate."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.awards.award_rules_form import MOST_BASES, as_form, read_rules
from kiosk.staff.awards.page import tabs
from kiosk.staff.blueprint import bp
from kiosk.staff.download import send_paper, this_desk
from kiosk.staff.forms import reading
from kiosk.web import store
from shared.documents import honour_papers
from shared.domain import clock
from shared.domain.award_rules import FIELDS
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.store.awards import rules as kept


@bp.get("/khen-thuong/quy-dinh", allow=DESK)
def award_rules() -> ResponseReturnValue:
    """Show the rules."""
    return _page()


@bp.post("/khen-thuong/quy-dinh", allow=DESK)
def change_award_rules() -> ResponseReturnValue:
    """Keep new rules."""
    with reading(_page) as given:
        rules = read_rules(given)
    kept.keep(store(), rules, actor=me().id, at=clock.now())
    return redirect(url_for("staff.award_rules", moi="1"), 303)


@bp.post("/khen-thuong/quy-dinh/thuoc", allow=DESK)
def trial_certificate() -> ResponseReturnValue:
    """Send the sheet with a ruler, to be printed and laid over a form."""
    paper = honour_papers.trial_certificate(this_desk())
    return send_paper(paper, "in-thu-giay-khen", back=url_for("staff.award_rules"))


def _page(problems: Sequence[Problem] = ()) -> str:
    return render_template(
        "staff/award_rules.html",
        tabs=tabs(),
        fields=FIELDS,
        bases=range(MOST_BASES),
        given=request.form if problems else as_form(kept.of(store())),
        is_kept=request.args.get("moi") == "1" and not problems,
        problems=list(problems),
    )
