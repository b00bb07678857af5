"""The papers of a campaign: what goes to the council and the chair, and who is commended.

A paper names only people who agreed to it, and holds no confidential case. The layout is
write.py's.
"""

import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from shared import texts
from shared.db.connection import Store, reading
from shared.documents import effects, export, spreadsheet, trial_mark, write
from shared.documents.effects import EffectWords
from shared.documents.tables import Cell, PaperTable
from shared.documents.write import Desk, Registered
from shared.domain import clock, codes, numbering
from shared.domain.appraisal import AppraisalAnswers
from shared.domain.honours import COLLECTIVE_TYPES, IN_FORCE, State
from shared.domain.proposal import PUBLIC, Status, counted_as
from shared.domain.record import replace
from shared.domain.rubric import Rubric
from shared.store.awards import awards
from shared.store.cases import appraisals, merges, paper_titles
from shared.store.cases.authors import Author, anonymous
from shared.store.cases.proposals import Proposal
from shared.store.council import judging, sessions
from shared.store.council.judging import Judged
from shared.store.office import campaigns
from shared.store.reports import case_rows
from shared.store.reports.case_rows import RegisterRow
from shared.workflows import co_authors

# The papers of a whole campaign, by the names of their templates.
PAPERS = (
    "so-theo-doi", "bang-tong-hop", "to-trinh", "quyet-dinh-cong-nhan", "thong-bao-tuyen-duong",
)  # fmt: skip
# Those that are a table and can also be taken as a workbook.
BOOKS = ("so-theo-doi", "bang-tong-hop")
# A letter that the chair agreed to and nobody withdrew.
_AGREED = (State.DECIDED, *IN_FORCE["letter"])
# How many words of an idea one row of the council's table holds.
STATE_WORDS, SOLUTION_WORDS, OPINION_WORDS = 60, 80, 100
# Papers leave the desk, so they hold only what a reader without the case may read.
_NOBODY = ""

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say


class NothingDecided(Exception):
    """No idea of that year was recognised by a decision with that number."""


def of_campaign(desk: Desk, year: int, paper: str, registered: Registered) -> bytes:
    """Return one of PAPERS for the ideas that count to a year. Raises NothingDecided."""
    campaign = replace(campaigns.campaign_of(desk.db, year), year=year)
    blanks = write.frame(desk, campaign, registered, paper)
    with reading(desk.db):
        kept = _CampaignIdeas(desk, year)
        made: dict[str, Callable[[], dict[str, Any]]] = {
            "so-theo-doi": kept.follow_up,
            "bang-tong-hop": kept.for_council,
            "to-trinh": lambda: kept.submitted(campaign.rubric),
            "quyet-dinh-cong-nhan": lambda: kept.decided(registered.number),
            "thong-bao-tuyen-duong": lambda: kept.praised(registered.number),
        }
        blanks |= made[paper]()
        if paper == "quyet-dinh-cong-nhan":
            blanks["bases"] = [*blanks["bases"], *kept.asked_for(campaign.council_name)]
    return write.write(desk, paper, blanks)


def decision_blanks(
    desk: Desk, year: int, chosen: Mapping[str, str], registered: Registered
) -> dict[str, Any]:
    """Return what the QUYẾT ĐỊNH says before it is signed: of the `chosen` ideas alone, by proposal
    id with the reason of each. Also what a page shows of it."""
    paper = "quyet-dinh-cong-nhan"
    campaign = replace(campaigns.campaign_of(desk.db, year), year=year)
    with reading(desk.db):
        kept = _CampaignIdeas(desk, year, chosen)
        blanks = {
            **write.frame(desk, campaign, registered, paper),
            **kept.chosen(chosen),
            "is_draft": True,
        }
        kept.listed = list(chosen)
        asked = kept.asked_for(campaign.council_name)
        return blanks | {"bases": [*blanks["bases"], *asked]}


def decision_draft(desk: Desk, blanks: Mapping[str, Any]) -> bytes:
    """Return the QUYẾT ĐỊNH with these blanks as a draft."""
    return write.write(desk, "quyet-dinh-cong-nhan", dict(blanks))


def workbook(desk: Desk, year: int, book: str) -> bytes:
    """Return one of BOOKS as XLSX."""
    with reading(desk.db):
        kept = _CampaignIdeas(desk, year)
        table = kept.register_table() if book == "so-theo-doi" else kept.council_table()
    made = io.BytesIO()
    spreadsheet.write_workbook(made, [table], lambda: None, mark=trial_mark.of(desk.db))
    return made.getvalue()


class _CampaignIdeas:
    """The ideas that count to a year, read once, and what each paper says of them. Of `chosen`
    ideas alone, by proposal id, with what was merged into them: the years before are not read."""

    def __init__(self, desk: Desk, year: int, chosen: Collection[str] | None = None) -> None:
        self.desk, self.year = desk, year
        of = None if chosen is None else _with_merged(desk.db, chosen)
        self.every = every = list(case_rows.entries(desk.db, _NOBODY, of))
        self.into: dict[str, list[str]] = {}
        for one in every:
            if one.into:
                self.into.setdefault(one.into, []).append(one.proposal.code)
        self.ideas = [
            one for one in every if one.proposal.evaluation_year == year and one.proposal.is_counted
        ]
        self.listed: list[str] = []
        self.titles = paper_titles.all_of(desk.db, [one.proposal for one in every])
        self.by_id = {one.proposal.id: one for one in self.ideas}
        self.received = {one.proposal.code: at for at, one in enumerate(every)}
        self.authors: dict[str, list[Author]] = {}
        for sender in case_rows.senders(desk.db, _NOBODY, of):
            who = anonymous(sender.author) if sender.is_veiled else sender.author
            self.authors.setdefault(sender.code, []).append(who)
        self.steps: dict[str, list[case_rows.MoveRow]] = {}
        for step in case_rows.steps(desk.db, _NOBODY, of):
            self.steps.setdefault(step.code, []).append(step)

    def follow_up(self) -> dict[str, Any]:
        """The SỔ THEO DÕI of the year."""
        return {"table": write.table_blanks(self.register_table())}

    def register_table(self) -> PaperTable:
        """Every idea of the year, confidential ones without their words."""
        copy = export.Copy(self.desk.viewer, personal=False, zone=self.desk.zone)
        return export.follow_up(self.desk.db, copy, self.year)

    def for_council(self) -> dict[str, Any]:
        """The BẢNG TỔNG HỢP."""
        return {"table": write.table_blanks(self.council_table())}

    def council_table(self) -> PaperTable:
        """What waits for the council: the officer's opinion and proposal, and the scores and votes
        if it judged already."""
        names = (
            "stt", "code", "title", "author", "participant", "category", "current_state",
            "solution", "both_effects", "trial", "related", "opinion", "points", "proposal",
        )  # fmt: skip
        waiting = self._at_council()
        judged = judging.last_judged(self.desk.db, [idea.id for idea, _ in waiting])
        opinions = appraisals.everyones(self.desk.db)
        shown = effects.of_ideas(
            self.desk.db,
            [
                replace(idea, expected_effect=cut(idea.expected_effect, STATE_WORDS))
                for idea, _ in waiting
            ],
        )
        rows: list[list[Cell]] = [
            [
                number, one["code"], one["title"], one["author"],
                _WORDS(f"choice.participant_type.{idea.participant_type}"), one["category"],
                cut(idea.current_state, STATE_WORDS), cut(idea.solution, SOLUTION_WORDS),
                *_effects(shown[idea.id]),
                ", ".join(codes.grouped(code) for code in self.into.get(idea.code, ())),
                cut(said.opinion, OPINION_WORDS) if (said := opinions.get(idea.id)) else "",
                _points(judged.get(idea.id)), _proposed(said, judged.get(idea.id)),
            ]
            for number, (idea, one) in enumerate(waiting, start=1)
        ]  # fmt: skip
        columns = [_PAPER(f"column.{name}") for name in names]
        return PaperTable("bang-tong-hop", _PAPER("table.bang-tong-hop"), columns, rows)

    def asked_for(self, council_name: str) -> list[str]:
        """Return on whose proposal the QUYẾT ĐỊNH is: the council's minutes, if sessions judged the
        ideas of the year's lists, and the council itself."""
        judged = judging.last_judged(self.desk.db, self.listed)
        held = {one.item.session_id for one in judged.values()}
        days = {sessions.by_id(self.desk.db, one).held_on for one in held}
        minutes = [
            _PAPER("council.minutes", hoidong=council_name, ngay=write.dated(day))
            for day in sorted(days)
        ]
        return [*minutes, _PAPER("award.asked_by", hoidong=council_name)]

    def submitted(self, rubric: Rubric) -> dict[str, Any]:
        """The TỜ TRÌNH: what waits for the council, and the points needed."""
        return _listed(one for _, one in self._at_council()) | {
            "recognise_from": rubric.recognise_from,
            "replicate_from": rubric.replicate_from,
            "most": rubric.most,
        }

    def decided(self, number: str) -> dict[str, Any]:
        """The QUYẾT ĐỊNH with a number, and its list. Without a number it is a draft that lists
        what waits for the council. Raises NothingDecided."""
        if not number:
            waiting = self._at_council()
            self.listed = [idea.id for idea, _ in waiting]
            return _listed({**one, "reason": ""} for _, one in waiting)
        found = [
            (one, step.details["reason"])
            for one in self.ideas
            if (step := self._recognition(one.proposal.code))
            and _bare(step.details["decision_number"]) == _bare(number)
        ]
        if not found:
            raise NothingDecided(number)
        self.listed = [one.proposal.id for one, _ in found]
        return _listed({**self._line(one), "reason": reason} for one, reason in found)

    def chosen(self, reasons: Mapping[str, str]) -> dict[str, Any]:
        """The list of a QUYẾT ĐỊNH that the chair is about to sign, whatever year an idea counts
        to."""
        return _listed(
            {**self._line(one), "reason": reasons[one.proposal.id]}
            for one in self.every
            if one.proposal.id in reasons
        )

    def praised(self, number: str) -> dict[str, Any]:
        """The THÔNG BÁO: who is commended. With a number that letters bear, the people of these
        letters. Otherwise everybody whose letter the chair agreed to; if there is none, as a first
        draft, the authors of recognised ideas."""
        letters = [
            one
            for one in awards.every(self.desk.db)
            if one.kind == "letter" and one.state in _AGREED and one.proposal_id in self.by_id
        ]
        numbered = [one for one in letters if number and numbering.is_same(one.number, number)]
        if letters:
            return _listed(
                self._line(self.by_id[one.proposal_id]) for one in numbered or letters
            )  # fmt: skip
        return _listed(self._line(one) for one in self.ideas if one.proposal.status in PUBLIC)

    def _at_council(self) -> list[tuple[Proposal, dict[str, str]]]:
        return [
            (one.proposal, self._line(one))
            for one in self.ideas
            if one.proposal.status is Status.AT_COUNCIL
        ]

    def _line(self, one: RegisterRow) -> dict[str, str]:
        idea = one.proposal
        return {
            "code": codes.grouped(idea.code),
            "title": self.titles[idea.id],
            "author": named_all(self._authors_of(idea.code)),
            "category": (idea.category or "").replace("other", ""),
            "day": clock.day_words(idea.received_at, self.desk.zone),
        }

    def _authors_of(self, code: str) -> list[Author]:
        """Return all authors of an idea: its own, then those of ideas merged into it, in the order
        in which these came."""
        merged = sorted(self._merged_into(code), key=self.received.__getitem__)
        return [who for one in (code, *merged) for who in self.authors[one]]

    def _merged_into(self, code: str) -> set[str]:
        own = set(self.into.get(code, ()))
        return own.union(*(self._merged_into(one) for one in own))

    def _recognition(self, code: str) -> case_rows.MoveRow | None:
        return _last(self.steps.get(code, ()), Status.RECOGNISED)


def named_all(authors: Sequence[Author]) -> str:
    """Return how a paper names all authors of an idea, with their shares if these are agreed."""
    if len(authors) == 1:
        return named(authors[0])
    if not co_authors.are_agreed(authors):
        return "; ".join(map(named, authors))
    return "; ".join(f"{named(one)} ({one.share}%)" for one in authors)


def named(author: Author) -> str:
    """Return how a paper names an author: by name if they agreed to it or are an organisation,
    otherwise by what they are."""
    if author.consent_name and author.name:
        return f"{author.name}, {author.unit}" if author.unit else author.name
    if author.unit and author.participant_type in COLLECTIVE_TYPES:
        return author.unit
    what = _WORDS(f"choice.participant_type.{counted_as(author.participant_type)}")
    return _PAPER("paper.unnamed", ai=what[0].lower() + what[1:])


def cut(text: str, most: int) -> str:
    """Return the first words of a text, with a mark if there were more."""
    words = text.split()
    return " ".join(words) if len(words) <= most else " ".join(words[:most]) + "…"


def _with_merged(db: Store, ids: Collection[str]) -> set[str]:
    """Return these ideas and all that were merged into one of them."""
    return set(ids).union(*merges.into_many(db, ids).values())


def _effects(shown: EffectWords) -> tuple[str, str]:
    """Return what an idea is to bring and brought, and its trial."""
    brought = shown.measured and _PAPER("effects.brought", gi=shown.measured)
    return "\n".join(filter(None, (shown.expected, brought))), shown.trial


def _points(one: Judged | None) -> str:
    return f"{one.result.total:.1f}".replace(".", ",") if one and one.result else ""


def _proposed(said: AppraisalAnswers | None, one: Judged | None) -> str:
    """Return what is proposed: the council's conclusion with its votes, or else the officer's
    proposal."""
    if one is None or one.item.concluded_at is None:
        return _WORDS(f"staff.appraisal.proposed.{said.proposed}") if said and said.proposed else ""
    verdict = _WORDS(f"staff.council.verdict.{one.item.verdict}")
    if one.tally is None:
        return verdict
    tally = one.tally
    return f"{verdict} ({_PAPER('council.agreed', co=tally.agree, tong=tally.cast)})"


def _listed(ideas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found = list(ideas)
    return {"ideas": found, "count": f"{len(found):02}"}


def _last(steps: Iterable[case_rows.MoveRow], to: Status) -> case_rows.MoveRow | None:
    found = [step for step in steps if step.to_status == to]
    return found[-1] if found else None


def _bare(number: str) -> str:
    """Return a paper's number without its symbol: 12 of "12/QĐ-UBND"."""
    return number.partition("/")[0].strip().lstrip("0")
