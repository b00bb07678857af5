"""What the demo's office does about more than one idea: its year, its council, its thanks, its
outreach, an organisation's list. Content and the real functions that do it, in order of time."""

from collections.abc import Iterator
from datetime import time
from functools import partial

from shared.db.connection import Store
from shared.demo.cases import LIST_TITLE, Act, code_of
from shared.demo.stage import Stage, deliver
from shared.domain import clock
from shared.domain.council import VoteTally, empty_sheet
from shared.domain.honours import Kind
from shared.domain.proposal import SPREAD
from shared.domain.record import replace
from shared.store.awards import conferences, printed_names
from shared.store.awards.awards import Content, Honour
from shared.store.awards.checks import AwardCheck
from shared.store.council import agenda, judging, minutes, plans, sessions, sheets
from shared.store.messages import call_backs
from shared.store.models import model_requests, registry
from shared.store.office import campaigns, dispatches, outreach, procedures, profile
from shared.store.people import clerks
from shared.texts import NOTICE_VERSION
from shared.workflows import award_steps, enter_for_members, sign_off

# Who judges: the login that is printed, and colleagues who never log in.
COUNCIL = ("council", "council2", "council3", "council4", "council5")
_PLACE = "Hội trường UBND xã"
_POINTS = ((17, 15, 24, 12, 12), (15, 14, 22, 12, 10), (16, 16, 25, 13, 11), (14, 15, 21, 11, 10))
_ORGANISATIONS = {"phu-nu": "Hội Liên hiệp Phụ nữ xã", "nong-dan": "Hội Nông dân xã"}
_PROCEDURES = (
    ("2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản", "Chứng thực"),
    ("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
    ("1.004222", "Đăng ký thường trú", "Cư trú"),
    ("1.001776", "Trợ cấp xã hội hằng tháng", "Bảo trợ xã hội"),
)
_BASES = (
    "Luật Tổ chức chính quyền địa phương",
    "Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",
)
# Kind, title, place, days ago, who, code, people reached, cost in đồng.
_EFFORTS = (
    ("loudspeaker", "Phát bài loa tại ấp 2, ba buổi", "Ấp 2", 26, "loa-ap2", 420, 0),
    ("meeting", "Giới thiệu tại buổi họp ấp 3", "Nhà văn hóa ấp 3", 12, "hop-ap3", 64, 350_000),
    ("leaflet", "Phát tờ rơi tại chợ và quầy", "Chợ Tân An", 5, "", 300, 600_000),
)


class Office:
    """The office of the demo."""

    def __init__(self, db: Store, stage: Stage) -> None:
        self.db, self.stage, self.days = db, stage, stage.days
        self.year = self.days.today.year

    def acts(self) -> Iterator[tuple[int, Act]]:
        """Yield every act with its instant (ms UTC)."""
        days = self.days
        yield days.ago(140, time(8, 0)), self._begin
        yield days.ago(44, time(8, 5)), self._list
        for effort in _EFFORTS:
            yield days.ago(effort[3], time(16, 30)), partial(self._announce, *effort)
        yield days.ago(20, time(9, 0)), self._send_plan
        yield days.ago(12, time(14, 0)), self._meet
        yield days.ago(12, time(14, 40)), self._conclude
        yield days.ago(9, time(10, 0)), self._sign
        yield days.ago(14, time(9, 0)), self._thank
        yield days.ago(8, time(9, 30)), self._reward
        yield days.ago(4, time(15, 0)), self._wait
        yield days.minutes_ago(180), self._ring
        yield days.minutes_ago(50), self._open_session
        yield days.minutes_ago(30), self._plan_session

    def _begin(self, *, at: int) -> None:
        """What the office says of itself, and to whom the plan went."""
        db, chair = self.db, self.stage.chair
        for basis in _BASES:
            profile.add_basis(db, basis, "", "", actor=chair, at=at)
        for code, name in _ORGANISATIONS.items():
            profile.add_organisation(db, code, name, actor=chair, at=at)
        [its] = [one for one in profile.organisations(db) if one.code == "phu-nu"]
        admin, clerk = self.stage.people["admin"], self.stage.people["organisation"]
        clerks.seat(db, clerk, its.id, actor=admin, at=at)
        new = [procedures.NewProcedure(*one) for one in _PROCEDURES]
        procedures.bring_in(db, new, actor=self.stage.officer, at=at)

    def _send_plan(self, *, at: int) -> None:
        """To whom the year's plan went; one of them has not got it yet."""
        db, officer, plan = self.db, self.stage.officer, campaigns.campaign_of(self.db, self.year)
        paper = dispatches.NewPaper(self.year, "Kế hoạch phát động", plan.number, plan.issued_on)
        kept = dispatches.add_paper(db, paper, key="demo|plan", actor=officer, at=at)
        for to in (*plan.distribution[:2], *plan.distribution[3:]):
            sent = dispatches.NewDispatch(to, self.days.iso(-20), "edoc", "Văn thư", plan.number)
            dispatches.send(db, kept, sent, key=f"demo|{to}", actor=officer, at=at)

    def _list(self, *, at: int) -> None:
        """The clerk of an organisation begins a list; cases.py fills it."""
        clerk = self.stage.people["organisation"]
        its = clerks.by_clerk(self.db)[clerk]
        enter_for_members.begin(self.db, its, LIST_TITLE, key="demo|list", actor=clerk, at=at)

    def _announce(
        self, kind: str, title: str, place: str, ago: int, code: str, reached: int, cost: int, *,
        at: int,
    ) -> None:  # fmt: skip
        effort = outreach.NewEffort(
            kind, title, place, self.days.iso(-ago), "", "Bà Hạnh (hư cấu)", code, reached, cost, ""
        )
        culture = self.stage.people["culture"]
        outreach.add(self.db, effort, key=f"demo|{title}", actor=culture, at=at)

    def _meet(self, *, at: int) -> None:
        """A session whose sheets are all in."""
        session = self._open("demo|met", self.days.iso(-12), (14, 32), at=at)
        for one in judging.whole(self.db, session).judged:
            for place, login in enumerate(COUNCIL):
                self._score(one.item.id, login, place, at=at)

    def _conclude(self, *, at: int) -> None:
        """It votes, concludes and ends; one conclusion will wait for the chair."""
        db, officer = self.db, self.stage.officer
        [session] = sessions.sessions(db)
        for one in judging.whole(db, session.id).judged:
            tally = VoteTally(len(COUNCIL), 0, 0)
            judging.count_hands(db, one.item.id, tally, actor=officer, at=at)
            is_last = one.proposal.code == code_of(db, 32)
            verdict = "replicate" if is_last else "recognise"
            reason = "người lớn tuổi tự làm được" if is_last else "một đầu mối, bà con khỏi hỏi"
            judging.conclude(db, one.item.id, verdict, reason, actor=officer, at=at)
        said = minutes.Minutes("14:00", "14:40", self.days.iso(-12), "Thống nhất công nhận.")
        minutes.keep(db, session.id, said, actor=officer, at=at)
        sessions.close(db, session.id, actor=officer, at=at)

    def _sign(self, *, at: int) -> None:
        """The chair signs one of its two conclusions."""
        [wanted] = [
            one for one in sign_off.waiting(self.db) if one.proposal.code == code_of(self.db, 32)
        ]
        details = {
            "decision_number": "141/QĐ-UBND", "decision_date": self.days.iso(-9),
            "spread": SPREAD,
        }  # fmt: skip
        sign_off.sign(
            self.db, [wanted.item_id], details, {}, actor=self.stage.chair, at=at,
            zone=self.days.zone,
        )  # fmt: skip
        deliver(self.db, self.stage, at=at)

    def _open_session(self, *, at: int) -> None:
        """Today's session: half of the sheets are in, the printed login's are not."""
        session = self._open("demo|open", self.days.iso(0), (7, 9), at=at)
        for number, one in enumerate(judging.whole(self.db, session).judged):
            for place, login in enumerate(COUNCIL[1 : 4 - number]):
                self._score(one.item.id, login, place, at=at)

    def _plan_session(self, *, at: int) -> None:
        """The next session: its day, hour and agenda are set, nobody judges yet."""
        new, officer = self._session(self.days.iso(9)), self.stage.officer
        agenda_points = "Thông qua bảng tổng hợp\nChấm điểm, biểu quyết từng sáng kiến\nKết luận"
        session = plans.plan(
            self.db, new, "14:00", agenda_points, key="demo|planned", actor=officer, at=at
        )
        codes = (code_of(self.db, 12),)
        agenda.list_ideas(self.db, session, codes, actor=officer, at=at)

    def _open(self, key: str, held_on: str, numbers: tuple[int, ...], *, at: int) -> str:
        new, officer = self._session(held_on), self.stage.officer
        session = sessions.open_session(self.db, new, key=key, actor=officer, at=at)
        codes = tuple(code_of(self.db, n) for n in numbers)
        agenda.list_ideas(self.db, session, codes, actor=officer, at=at)
        return session

    def _session(self, held_on: str) -> sessions.NewSession:
        members = tuple(self.stage.people[login] for login in COUNCIL)
        return sessions.NewSession(
            self.year, held_on, _PLACE, self.stage.chair, self.stage.officer, members,
            ("Đại diện Ủy ban MTTQ Việt Nam xã",),
        )  # fmt: skip

    def _score(self, item_id: str, login: str, place: int, *, at: int) -> None:
        rules = campaigns.campaign_of(self.db, self.year).rubric
        sheet = replace(
            empty_sheet(rules), gates=(True,) * len(rules.gates), points=_POINTS[place % 4]
        )
        member = self.stage.people[login]
        sheets.score(self.db, item_id, member, sheet, hand_in=True, at=at)

    def _thank(self, *, at: int) -> None:
        """A letter that was written out and handed over."""
        letter = self._propose(16, "letter", "Đề xuất nhắn tin báo kết quả, xã đã làm.", at=at)
        self._name(letter, "Mai Thị Út (hư cấu)", at=at)
        agreed = award_steps.approve(
            self.db, letter.id, seen=letter.version, actor=self.stage.chair, at=at
        )
        day, officer = self.days.iso(-14), self.stage.officer
        [issued] = award_steps.issue(
            self.db, [agreed.id], "03/TK-UBND", day, one_number=False, actor=officer, at=at
        )
        deliver(self.db, self.stage, at=at)
        conferences.choose(self.db, issued.id, None, actor=officer, at=at)
        award_steps.hand_over(self.db, issued.id, day, actor=officer, at=at)

    def _reward(self, *, at: int) -> None:
        """An award that is decided and will be given at the conference."""
        award = self._propose(15, "award", "có sáng kiến dán bảng mẫu điền sẵn tại ấp", at=at)
        checked = self._clear(award, at=at)
        self._name(checked, "Huỳnh Văn Bảy (hư cấu)", at=at)
        day, officer = self.days.iso(-8), self.stage.officer
        decided = award_steps.decide(
            self.db, checked.id, "145/QĐ-UBND", day, seen=checked.version, actor=self.stage.chair,
            at=at,
        )  # fmt: skip
        conference = conferences.open_one(
            self.db, "Hội nghị tổng kết phong trào hiến kế", self.days.iso(12), _PLACE,
            key="demo|conference", actor=officer, at=at,
        )  # fmt: skip
        conferences.choose(self.db, decided.id, conference, actor=officer, at=at)

    def _wait(self, *, at: int) -> None:
        """A letter and an award that wait for the chair, and a unit that would like a model."""
        self._propose(6, "letter", "Đề xuất một tờ khai chung cho hộ kinh doanh.", at=at)
        award = self._propose(
            4, "award", "có sáng kiến nhận hồ sơ tại ấp mỗi tháng một buổi", at=at
        )
        self._name(self._clear(award, at=at), "Võ Thị Sen (hư cấu)", at=at)
        found = registry.find(self.db, registry.ModelFilter()).models
        asked = model_requests.NewModelRequest(
            "Trường Tiểu học Tân An (hư cấu)", "Cô Hoa (hư cấu)", "+84900000050",
            "Muốn áp dụng cho hồ sơ nhập học", NOTICE_VERSION,
        )  # fmt: skip
        model_requests.ask(self.db, found[0], asked, key="demo|model", at=at)

    def _propose(self, n: int, kind: Kind, merit: str, *, at: int) -> Honour:
        """Propose a letter or an award for the sender of an idea, and write down what for."""
        db, officer, today = self.db, self.stage.officer, self.days.today
        new = award_steps.propose(
            db, code_of(db, n), 1, kind, key=f"demo|{kind}|{n}", today=today, actor=officer, at=at
        )
        content = Content(
            new.form, new.is_collective, merit, new.basis, 1_000_000 if kind == "award" else 0,
            new.source,
        )  # fmt: skip
        return award_steps.rewrite(db, new.id, content, seen=new.version, actor=officer, at=at)

    def _clear(self, award: Honour, *, at: int) -> Honour:
        """The question about discipline and complaints is answered."""
        day = clock.to_local(at, self.days.zone).date().isoformat()
        answer = AwardCheck("clear", "Công an xã", day, "", self.stage.officer, at)
        return award_steps.check(self.db, award.id, answer, seen=award.version)

    def _name(self, honour: Honour, name: str, *, at: int) -> None:
        printed_names.confirm(
            self.db, honour.id, name, how="phone", actor=self.stage.officer, at=at,
            notice=NOTICE_VERSION,
        )  # fmt: skip

    def _ring(self, *, at: int) -> None:
        """A call that nobody took."""
        call_backs.add(self.db, key="demo|call", phone="+84900000051", why="missed", at=at)
