"""A year of so many ideas, walked so far that every paper has something to say: a campaign with its
number, long names, titles of 120 letters, titles as an SMS brings them, a session with its votes.

Its papers are written on the way, each at the time when an office would write it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from kiosk import qr
from shared import texts
from shared.db.connection import Store, writing
from shared.documents import (
    campaign_papers,
    council_papers,
    export,
    fill,
    honour_papers,
    idea_papers,
    proposal_form,
    trial_mark,
    year_record_book,
    year_report,
)
from shared.documents.idea_papers import GenuineCheck
from shared.documents.write import Desk, Registered
from shared.domain import clock, year_record
from shared.domain.appraisal import AppraisalAnswers, Expected
from shared.domain.council import ScoreSheet, VoteTally
from shared.domain.evaluation_year import Cutoff
from shared.domain.honours import LETTER_TYPES, Kind
from shared.domain.measures import Figures
from shared.domain.proposal import CATEGORIES, FIELDS, PARTICIPANT_TYPES, Status
from shared.domain.record import replace
from shared.domain.rubric import Rubric
from shared.runtime.instance import Instance, create
from shared.settings import example
from shared.store import schema
from shared.store.awards import awards, checks, conferences, printed_names
from shared.store.cases import appraisals, authors, moves, proposals
from shared.store.council import agenda, judging, minutes, sessions, sheets
from shared.store.council.judging import Judged
from shared.store.council.sheets import OwnSheet
from shared.store.models import adoptions, trials
from shared.store.office import campaigns, outreach, profile
from shared.store.people import staff
from shared.store.reports import staff_year
from shared.workflows import award_steps, sign_off
from tests.conftest import DETAILS, UNIT, ZONE, proposal_builder

AT = clock.from_local(datetime(2026, 6, 15, 9, 12, tzinfo=ZONE))
HELD, DECIDED = "2026-07-01", date(2026, 7, 2)
TITLES = (
    "Hẹn giờ trước khi đi chứng thực",
    "hen gio chung thuc qua zalo to dan pho, ba con khoi xep hang cho lau o quay",
    "Dán mã QR của từng thủ tục ngay tại quầy, kèm bảng chữ to ghi rõ giấy tờ phải mang theo, để"
    " bà con khỏi đi lại lần thứ 2",
    "Tổ công nghệ số đến tận nhà giúp người già nộp hồ sơ",
)
NAMES = (
    "Trần Thị Mận", "Nguyễn Thị Hoàng Phương Quỳnh Như Thanh Trúc", "Lê Văn Hai", "Đặng Văn Năm",
)  # fmt: skip
STATE = (
    "Bà con ở ấp xa phải chạy xe mười lăm cây số, đến nơi lại chờ cả buổi vì không biết hôm nào"
    " quầy đông, hôm nào vắng. Có người phải đi ba lần mới xong một tờ khai sinh của con."
)
SOLUTION = (
    "Cho bà con nhắn tin xin một khung giờ ba mươi phút. Bộ phận Một cửa xếp lịch, nhắn lại giờ"
    " hẹn và giấy tờ cần mang theo; ai không có điện thoại thì nhờ trưởng ấp hẹn giúp. Cuối ngày"
    " cán bộ xem lại số người đến đúng hẹn để chia khung giờ cho ngày hôm sau."
)
EFFECT = "Giảm thời gian chờ từ hai giờ xuống còn mười lăm phút; bớt được một lần đi lại."
REASON = "mới ở xã, dễ làm, đã có người dân khen"
MEMBERS = (
    "Nguyễn Văn Mẫu", "Phạm Thị Ngọc Hân", "Đặng Văn Năm", "Lê Thị Tư", "Võ Hoàng Minh Khôi",
)  # fmt: skip
# What each is; of the last it was not written down.
POSITIONS = (
    "Chủ tịch UBND xã", "Công chức Văn phòng – Thống kê", "Phó Chủ tịch UBND xã",
    "Trưởng Trạm Y tế, Ủy viên Hội đồng thi đua, khen thưởng xã", "",
)  # fmt: skip

# A paper's name, its ending and what is in it.
Written = tuple[str, str, bytes]


class Year:
    """An office's year in a folder of its own."""

    def __init__(self, folder: Path, ideas: int, *, is_demo: bool = False) -> None:
        self.instance = Instance(folder / "instance")
        create(self.instance, example())
        self.db = Store(self.instance.database, UNIT, self.instance.cipher())
        schema.migrate(self.db)
        self._found(is_demo)
        self.build = proposal_builder(self.instance, self.db)
        self.desk = Desk(self.db, self.instance.media, "", "UBND xã Tân An", ZONE, AT)
        self.people = [
            staff.add(
                self.db, f"nguoi{at}", name=name, role="chair" if at == 0 else "council",
                password_hash="h", must_change=False, actor="t", at=AT, position=POSITIONS[at],
            ).id
            for at, name in enumerate(MEMBERS)
        ]  # fmt: skip
        self.desk = replace(self.desk, viewer=self.people[1])
        self.ideas = [self._idea(at) for at in range(ideas)]

    def _found(self, is_demo: bool) -> None:
        with writing(self.db):
            campaigns.create(self.db, "UBND xã Tân An", is_demo=is_demo, at=AT)
            campaigns.add_campaign(
                self.db,
                campaigns.Campaign(
                    2026, "Kế hoạch phát động", "Hội đồng thi đua, khen thưởng xã", Cutoff(), 15,
                    number="12/KH-UBND", issued_on="2026-01-05", signer="Nguyễn Văn Mẫu",
                    signer_title="CHỦ TỊCH",
                    parent_plan="Kế hoạch số 205/KH-UBND ngày 19 tháng 12 năm 2025 của UBND tỉnh",
                    distribution=("Như Điều 4", "Đảng ủy, HĐND xã", "Ủy ban MTTQ Việt Nam xã",
                                  "Lưu: VT, VP"),
                ),
                at=AT,
            )  # fmt: skip
            profile.add_profile(
                self.db, "2025-07-01", "UBND xã Tân An", "", "Tân An", "Văn phòng HĐND và UBND",
                actor="t", at=AT,
            )  # fmt: skip
            profile.add_basis(
                self.db, "Luật Tổ chức chính quyền địa phương", "", "", actor="t", at=AT
            )

    def _idea(self, at: int) -> str:
        """Receive an idea, appraise it and bring it to the council, tried every other time."""
        kind = PARTICIPANT_TYPES[at % len(PARTICIPANT_TYPES)]
        idea = self.build(
            status=Status.ON_TRIAL if at % 2 else Status.AT_COUNCIL, at=AT,
            participant_type=kind, insider=kind in ("official", "part_time_official"),
            unit="Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã" if at % 3 == 1 else "",
            title=TITLES[at % len(TITLES)], current_state=STATE, solution=SOLUTION,
            expected_effect=EFFECT, name=NAMES[at % len(NAMES)],
            consents={"store": True, "sms": False, "name_me": at % 3 != 2, "notice": "2026-1"},
        )  # fmt: skip
        proposals.classify(
            self.db, idea.code, category=CATEGORIES[at % len(CATEGORIES)],
            field=FIELDS[at % len(FIELDS)], actor=self.people[1], at=AT,
        )  # fmt: skip
        appraisals.keep(
            self.db, idea.code,
            AppraisalAnswers(
                "Làm được ngay, không tốn kém; Bộ phận Một cửa đã làm thử hai tuần ở ấp 3.",
                "recognise",
            ),
            [Expected("days", 3, 1), Expected("cost", 60_000, 10_000)], seen="", actor="t", at=AT,
        )  # fmt: skip
        if at % 2:
            trial = trials.Trial(
                "Bộ phận Một cửa, ấp 3", "2026-04-01", "2026-06-30", "Lê Thị Tư", "Người dân khen."
            )
            trials.keep(self.db, idea.id, trial, actor="t", at=AT)
            moves.move(self.db, idea.code, Status.AT_COUNCIL, actor="t", at=AT)
        return idea.code

    # ── Papers, in the order of the year ─────────────────────────────────────────────────────────

    def papers(self) -> Iterator[Written]:
        """Write every paper of the year, draft and numbered."""
        yield from self._before_the_council()
        yield from self._of_the_session()
        yield from self._decided()
        yield from self._honoured()
        yield from self._at_the_years_end()

    def _before_the_council(self) -> Iterator[Written]:
        draft = Registered()
        for name in ("bang-tong-hop", "to-trinh", "quyet-dinh-cong-nhan"):
            yield (
                f"{name}-du-thao",
                "docx",
                campaign_papers.of_campaign(self.desk, 2026, name, draft),
            )
        twin = proposals.by_code(self.db, self.ideas[-1])
        spoken = texts.Spoken(texts.load("vi"), dict.fromkeys(_OFFICE_BLANKS, "UBND xã Tân An"))
        form = proposal_form.write(self.desk, twin, spoken, qr.png("http://X/R/1"))
        yield "phieu-de-xuat", "docx", form
        away = self.build(status=Status.REDIRECTED, at=AT, title=TITLES[2], current_state=STATE)
        yield (
            "phieu-chuyen",
            "docx",
            idea_papers.referral(self.desk, away, Registered("05/PC-UBND", DECIDED)),
        )

    def _of_the_session(self) -> Iterator[Written]:
        db, chair, secretary = self.db, self.people[0], self.people[1]
        new = sessions.NewSession(
            2026, HELD, "Hội trường UBND xã", chair, secretary, tuple(self.people),
            ("Bà Hoa, Trạm trưởng y tế",),
        )  # fmt: skip
        held = sessions.open_session(db, new, key="s", actor=secretary, at=AT)
        agenda.list_ideas(db, held, tuple(self.ideas), actor=secretary, at=AT)
        here = judging.whole(db, held)
        yield "phieu-cham-diem-trang", "docx", council_papers.blank_sheets(self.desk, here)
        yield "bien-ban-hop-du-thao", "docx", self._minutes(held, minutes.Minutes(), Registered())
        filled = self._judge(held)
        here = judging.whole(db, held)
        yield "phieu-cham-diem", "docx", council_papers.sheets(self.desk, here, filled)
        said = minutes.Minutes(
            "14:00", "16:30", HELD,
            "Công nhận các sáng kiến có từ 50 điểm.\nGiao Văn phòng trình Chủ tịch ký quyết định"
            " và báo cho tác giả.\nMở rộng việc hẹn giờ ra ba ấp còn lại.",
            "Ông Lê Văn Hai đề nghị làm thử thêm một tháng.",
        )  # fmt: skip
        yield "bien-ban-hop", "docx", self._minutes(held, said, Registered("01", DECIDED))
        minutes.keep(db, held, said, actor=secretary, at=AT)
        yield (
            "bang-tong-hop",
            "docx",
            campaign_papers.of_campaign(self.desk, 2026, "bang-tong-hop", Registered()),
        )
        yield (
            "bang-tong-hop",
            "xlsx",
            campaign_papers.workbook(self.desk, 2026, "bang-tong-hop"),
        )
        self.judged = judging.whole(db, held).judged
        yield (
            "to-trinh",
            "docx",
            campaign_papers.of_campaign(self.desk, 2026, "to-trinh", Registered("21", DECIDED)),
        )

    def _judge(self, held: str) -> list[tuple[Judged, str, OwnSheet]]:
        """Let the members hand in their sheets, vote and conclude; return a sheet of each idea."""
        db, secretary, filled = self.db, self.people[1], []
        for at, one in enumerate(judging.whole(db, held).judged):
            judges = [who for who in self.people if who not in one.recused]
            if at % 4 == 1 and self.people[2] in judges:
                why = "Tôi là tác giả hoặc có liên quan"
                sheets.recuse(db, one.item.id, self.people[2], why, actor=self.people[2], at=AT)
                judges.remove(self.people[2])
            for who in judges:
                sheet = _filled(sessions.by_id(db, held).rubric)
                sheets.score(db, one.item.id, who, sheet, hand_in=True, at=AT)
            tally = VoteTally(len(judges), 0, 0)
            judging.count_hands(db, one.item.id, tally, actor=secretary, at=AT)
            judging.conclude(db, one.item.id, "recognise", REASON, actor=secretary, at=AT)
            own = sheets.own_sheet(db, one.item.id, judges[0])
            filled.append((judging.whole(db, held).judged[at], judges[0], own))
        return filled

    def _minutes(self, held: str, said: minutes.Minutes, registered: Registered) -> bytes:
        return council_papers.minutes(self.desk, judging.whole(self.db, held), said, registered)

    def _decided(self) -> Iterator[Written]:
        details = {
            "decision_number": "12/QĐ-UBND", "decision_date": DECIDED.isoformat(),
            "reason": REASON,
        }  # fmt: skip
        items = [one.item.id for one in self.judged]
        sign_off.sign(self.db, items, details, {}, actor=self.people[0], at=AT, zone=ZONE)
        signed = Registered("12/QĐ-UBND", DECIDED)
        name = "quyet-dinh-cong-nhan"
        yield name, "docx", campaign_papers.of_campaign(self.desk, 2026, name, signed)
        for at, code in enumerate(self.ideas[::2]):
            idea = proposals.by_code(self.db, code)
            unit = adoptions.add(
                self.db, idea.id, f"Ấp {at + 1}", "applying", HELD, actor="t", at=AT
            )
            for kind, before, after in (("days", 3, 1), ("cost", 60_000, 10_000)):
                figures = Figures(kind, before, after)
                counted = adoptions.NewMeasure(figures, "", "2026-07-15", "Sổ Một cửa", unit)
                adoptions.measure(self.db, idea.id, counted, key=f"{code}{kind}", actor="t", at=AT)
            moves.move(
                self.db, code, Status.REPLICATED, actor=self.people[0], at=AT,
                details=DETAILS[Status.REPLICATED],
            )  # fmt: skip

    def _honoured(self) -> Iterator[Written]:
        letters = [
            self._honour(code, "letter")
            for code in self.ideas
            if authors.of(self.db, proposals.by_code(self.db, code).id).participant_type
            in LETTER_TYPES
        ]
        given = [self._honour(code, "award") for code in self.ideas[::2]]
        yield "thu-khen", "docx", honour_papers.letters(self.desk, letters, _check)
        yield "quyet-dinh-khen-thuong", "docx", honour_papers.decisions(self.desk, given)
        yield "giay-khen", "docx", honour_papers.certificates(self.desk, given)
        yield "giay-khen-in-thu", "docx", honour_papers.trial_certificate(self.desk)
        held = conferences.open_one(
            self.db, "Hội nghị tổng kết năm 2026", "2026-12-20", "Hội trường UBND xã", key="c",
            actor="t", at=AT,
        )  # fmt: skip
        for one in (*letters, *given):
            conferences.choose(self.db, one.id, held, actor="t", at=AT)
        listed = honour_papers.call_sheet(
            self.desk, conferences.by_id(self.db, held), [*letters, *given]
        )
        yield "danh-sach-trao", "docx", listed
        name = "thong-bao-tuyen-duong"
        signed = Registered("15", DECIDED)
        yield name, "docx", campaign_papers.of_campaign(self.desk, 2026, name, signed)

    def _honour(self, code: str, kind: Kind) -> awards.Honour:
        db, chair = self.db, self.people[0]
        one = award_steps.propose(
            db, code, 1, kind, key=code + kind, today=DECIDED, actor="t", at=AT
        )
        name = printed_names.of(db, one.id).name or NAMES[1]
        printed_names.confirm(db, one.id, name, how="phone", actor="t", at=AT)
        content = awards.Content(
            one.form, one.is_collective,
            "Cách làm này giúp bà con ở ấp xa khỏi đi lại nhiều lần." if kind == "letter" else
            "trong việc hẹn giờ chứng thực, giúp bà con khỏi đi lại nhiều lần", one.basis,
            1_500_000 if kind == "award" else 0, "Quỹ thi đua, khen thưởng của xã",
        )  # fmt: skip
        one = award_steps.rewrite(db, one.id, content, seen=one.version, actor="t", at=AT)
        if kind == "letter":
            one = award_steps.approve(db, one.id, seen=one.version, actor=chair, at=AT)
            [one] = award_steps.issue(
                db, [one.id], "05/TK-UBND", DECIDED.isoformat(), one_number=True, actor="t", at=AT
            )
            return one
        clear = checks.AwardCheck("clear", "Công an xã", HELD, "", "t", AT)
        one = award_steps.check(db, one.id, clear, seen=one.version)
        return award_steps.decide(
            db, one.id, "30/QĐ-UBND", DECIDED.isoformat(), seen=one.version, actor=chair, at=AT
        )

    def _at_the_years_end(self) -> Iterator[Written]:
        effort = outreach.NewEffort(
            "meeting", "Họp ấp, đọc bài loa và phát tờ rơi cho từng hộ", "Ấp 3", "2026-03-02",
            "2026-03-04", "Hạnh", "", 40, 350_000, "",
        )  # fmt: skip
        outreach.add(self.db, effort, key="e", actor="t", at=AT)
        yield "bao-cao-nam", "docx", year_report.paper(self.desk, 2026, Registered("40", DECIDED))
        name = "so-theo-doi"
        yield name, "docx", campaign_papers.of_campaign(self.desk, 2026, name, Registered())
        yield name, "xlsx", campaign_papers.workbook(self.desk, 2026, name)
        book = year_report.workbook(self.db, 2026, at=AT, zone=ZONE)
        yield "cac-bang", "xlsx", book
        everyone = year_record.people(staff_year.contributions(self.db, 2026, viewer=""), [])
        people = [found for one in everyone if (found := one.of(2026))]
        yield (
            "sang-kien-can-bo",
            "xlsx",
            year_record_book.workbook(people, ZONE, mark=trial_mark.of(self.db)),
        )
        whole = self.instance.folder / "all.xlsx"
        export.write(self.db, whole, export.Copy("", False, ZONE), lambda: None)
        yield "xuat-toan-bo", "xlsx", whole.read_bytes()


def _filled(rules: Rubric) -> ScoreSheet:
    return ScoreSheet(
        (True,) * len(rules.gates),
        tuple(criterion.most * 4 // 5 for criterion in rules.criteria),
        ("Mới ở xã, dễ làm",) + ("",) * (len(rules.criteria) - 1),
    )


def _check(code: str) -> GenuineCheck:
    where = "https://hienke.example.vn/xac-minh"
    picture = fill.Picture(qr.png(f"{where}?ma={code}"), honour_papers.QR_MM)
    return GenuineCheck(code, honour_papers.check_where(where), picture)


_OFFICE_BLANKS = ("cq", "xa", "sdt", "quay", "dausms", "n_thang")
