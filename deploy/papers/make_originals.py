"""Write the originals in templates/documents: `python deploy/papers/make_originals.py [FOLDER]`.

One function a paper, from the pieces of layout.py. The blanks of each stand in the TOML beside
its DOCX; tests hold both equal to what is written here.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from layout import (
    ACROSS,
    BODY,
    UPRIGHT,
    Page,
    bases,
    beside,
    each,
    foot,
    head,
    line,
    look,
    new_part,
    open_table,
    placed,
    recipients,
    signed,
    table,
    title,
    two_sign,
    when,
    write,
)

from shared import texts

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "documents"
# What a form asks, it asks in the words of the screen.
_SAY = texts.load("vi").say


def follow_up(path: Path) -> None:
    """The register of a year, logic of form 07 of Circular 03/2025/TT-VPCP."""
    write(
        path,
        head(ACROSS, has_number=False),
        title("SỔ THEO DÕI SÁNG KIẾN, GIẢI PHÁP", "Năm {{ year }}"),
        open_table("table", size=9),
        page=ACROSS,
    )


def for_council(path: Path) -> None:
    """What the council is to judge, a row an idea."""
    write(
        path,
        head(ACROSS, has_number=False),
        title("BẢNG TỔNG HỢP SÁNG KIẾN, GIẢI PHÁP CẢI CÁCH HÀNH CHÍNH"),
        line(("(Trình {{ council_name }}, năm {{ year }})", "i"), style="Center", keep=True),
        open_table("table", size=9),
        two_sign(
            "NGƯỜI LẬP",
            "{{ signer_title }}",
            ACROSS,
            names=("{{ maker }}", ""),
            positions=("maker_position", ""),
            room="SignerOfList",
        ),
        page=ACROSS,
    )


def minutes(path: Path) -> None:
    """The minutes of a council's session (form 1.9), a row an idea; nobody's own points."""
    dots = "…" * 46
    write(
        path,
        head(),
        title(
            "BIÊN BẢN", "Họp {{ council_name }}",
            "xét sáng kiến, giải pháp cải cách hành chính năm {{ year }}",
        ),
        line("Thời gian bắt đầu: {{ began }}, {{ held }}."),
        line("Địa điểm: {{ held_at }}."),
        line("I. THÀNH PHẦN", style="Part"),
        line("Chủ trì: {{ chair }}{% if chair_position %}, {{ chair_position }}{% endif %}."),
        line("Thư ký: {{ secretary }}{% if secretary_position %}, {{ secretary_position }}"
             "{% endif %}."),
        line("Có mặt: {{ present | length }} thành viên."),
        each("one", "present", line("- {{ one }}")),
        line("Vắng mặt: {{ absent | length }} thành viên."),
        each("one", "absent", line("- {{ one.name }}{% if one.why %}: {{ one.why }}{% endif %}")),
        when("guests", line("Khách mời: {{ guests }}.")),
        line("{{ quorum }}"),
        line("II. NỘI DUNG", style="Part"),
        line("1. Thông qua bảng tổng hợp: {{ ideas | length }} sáng kiến, giải pháp."),
        line("2. Thảo luận, chấm điểm từng sáng kiến, giải pháp: mỗi thành viên chấm riêng; kết quả"
             " chỉ mở khi mọi thành viên có mặt đã nộp phiếu."),
        when("recused", line("Không chấm vì là tác giả hoặc có liên quan:", keep=True)),
        each("one", "recused", line("- {{ one }}")),
        line("3. Kết quả chấm điểm, biểu quyết và kết luận:", keep=True),
        table(
            [("STT", "{{ loop.index }}"), ("Mã số", "{{ one.code }}"),
             ("Tên sáng kiến, giải pháp", "{{ one.title }}"),
             ("Điểm TB", "{{ one.average }}"), ("Đồng ý", "{{ one.agree }}"),
             ("Không", "{{ one.against }}"), ("Trống", "{{ one.blank }}"),
             ("Tỷ lệ %", "{{ one.percent }}"), ("Kết luận", "{{ one.conclusion }}")],
            "ideas", size=11,
        ),
        line("4. Kết luận của chủ trì:", style="Part"),
        when("closing", line("{{ closing }}")),
        when("not closing", line(dots, style="Fill")),
        line("5. Ý kiến bảo lưu:", style="Part"),
        when("reserved", line("{{ reserved }}")),
        when("not reserved", line("Không có.")),
        line("Cuộc họp kết thúc {{ ended }}. Biên bản đã đọc cho các thành viên nghe./.",
             keep=True),
        two_sign("THƯ KÝ", "CHỦ TỌA", note="(Ký, ghi rõ họ tên)",
                 names=("{{ secretary }}", "{{ chair }}"),
                 positions=("secretary_position", "chair_position")),
        line(style="Gap"),
        recipients(),
    )  # fmt: skip


def score_sheet(path: Path) -> None:
    """One member's judgement of one idea, or an empty form for one."""
    write(
        path,
        head(has_number=False),
        title("PHIẾU CHẤM ĐIỂM", "Sáng kiến, giải pháp cải cách hành chính năm {{ year }}"),
        line(("({{ council_name }}, họp {{ held }})", "i"), style="Center", keep=True),
        line("Sáng kiến, giải pháp: {{ title }} (mã số {{ code }})."),
        line("Thành viên chấm: {{ member }}{% if member_position %}, {{ member_position }}"
             "{% endif %}"),
        line("A. ĐIỀU KIỆN", style="Part"),
        table([("Điều kiện", "{{ one.name }}"), ("Đạt", "{{ one.yes }}"),
               ("Không đạt", "{{ one.no }}")], "gates", shares=(70, 15, 15), size=12),
        line("B. ĐIỂM", style="Part"),
        table(
            [("Tiêu chí", "{{ one.name }}"), ("Điểm tối đa", "{{ one.most }}"),
             ("Điểm chấm", "{{ one.points }}"), ("Nhận xét", "{{ one.remark }}")],
            "criteria", shares=(38, 12, 12, 38), size=12,
        ),
        line("Tổng điểm: {{ total }} / {{ most }}."),
        when("entered_by", line("{{ entered_by }}", style="Note")),
        two_sign("", "NGƯỜI CHẤM", note="(Ký, ghi rõ họ tên, ngày)", names=("", "{{ member }}"),
                 positions=("", "member_position")),
    )  # fmt: skip


def submitted(path: Path) -> None:
    """The office asks the council to judge."""
    write(
        path,
        head(),
        title(
            "TỜ TRÌNH", "Về việc xét công nhận sáng kiến, giải pháp",
            "cải cách hành chính năm {{ year }}",
        ),
        line("Kính gửi: {{ council_name }}.", style="Center"),
        bases(),
        line("{{ drafting_unit }} đã thẩm định và trình {{ council_name }} xét {{ count }}"
             " sáng kiến, giải pháp sau:", keep=True),
        table(
            [("STT", "{{ loop.index }}"), ("Mã số", "{{ one.code }}"),
             ("Tên sáng kiến, giải pháp", "{{ one.title }}"),
             ("Tác giả, đơn vị", "{{ one.author }}"), ("Nhóm", "{{ one.category }}")],
            "ideas",
        ),
        line("Ngưỡng công nhận: từ {{ recognise_from }} điểm; ngưỡng nhân rộng: từ"
             " {{ replicate_from }} điểm, trên thang {{ most }} điểm."),
        line("Kính trình {{ council_name }} xem xét, quyết định./.", keep=True),
        foot(),
    )  # fmt: skip


def decided(path: Path) -> None:
    """The chairman recognises; the list is an annex."""
    write(
        path,
        head(),
        title(
            "QUYẾT ĐỊNH", "Về việc công nhận sáng kiến, giải pháp",
            "cải cách hành chính năm {{ year }}",
        ),
        line("{{ chairman }}", style="CenterBold"),
        bases(),
        line("QUYẾT ĐỊNH:", style="CenterBold", keep=True),
        line(("Điều 1.", "b"), " Công nhận {{ count }} sáng kiến, giải pháp cải cách hành chính năm"
             " {{ year }} (danh sách kèm theo)."),
        line(("Điều 2.", "b"), " Các đơn vị thuộc {{ office }} áp dụng các sáng kiến, giải pháp đã"
             " được công nhận; {{ drafting_unit }} theo dõi việc nhân rộng."),
        line(("Điều 3.", "b"), " Quyết định này có hiệu lực kể từ ngày ký."),
        line(("Điều 4.", "b"), " {{ drafting_unit }}, các đơn vị liên quan và các tác giả có tên"
             " trong danh sách chịu trách nhiệm thi hành Quyết định này./.", keep=True),
        foot(),
        new_part(UPRIGHT),
        title("DANH SÁCH", "Sáng kiến, giải pháp được công nhận"),
        line(("(Kèm theo Quyết định số {{ number }} {{ day_words }} của {{ chairman_words }})",
              "i"), style="Center", keep=True),
        table(
            [("STT", "{{ loop.index }}"), ("Mã số", "{{ one.code }}"),
             ("Họ tên, đơn vị", "{{ one.author }}"),
             ("Tên sáng kiến, giải pháp", "{{ one.title }}"),
             ("Nhóm", "{{ one.category }}"), ("Lý do công nhận", "{{ one.reason }}")],
            "ideas",
        ),
    )  # fmt: skip


def praised(path: Path) -> None:
    """Who is commended, for all to know."""
    write(
        path,
        head(),
        title(
            "THÔNG BÁO", "Tuyên dương tập thể, cá nhân có sáng kiến, giải pháp",
            "cải cách hành chính năm {{ year }}",
        ),
        line("Thực hiện {{ plan }}, {{ office }} tuyên dương các tập thể, cá nhân sau đã gửi sáng"
             " kiến, giải pháp:", keep=True),
        table(
            [("STT", "{{ loop.index }}"), ("Họ tên, đơn vị", "{{ one.author }}"),
             ("Sáng kiến, giải pháp", "{{ one.title }}"), ("Ngày gửi", "{{ one.day }}")],
            "ideas",
        ),
        line("Giao bộ phận Văn hóa – Xã hội tuyên truyền các sáng kiến, giải pháp trên đến Nhân dân"
             " trong xã./.", keep=True),
        foot(),
    )  # fmt: skip


def letter(path: Path) -> None:
    """The chairman thanks one author: no legal basis, no money."""
    looks = [
        look("LetterKind", "Thư khen: tên", 22, "b", align="center", before=30, after=12),
        look("LetterTo", "Thư khen: gửi ai", BODY + 2, "b", align="center", before=8, after=8),
    ]
    write(
        path,
        head(has_number=False, number="letter_number"),
        line("THƯ KHEN", style="LetterKind", keep=True),
        line("Thân gửi {{ author }},", style="LetterTo"),
        line("{{ day_received }}, {{ author_short }} đã gửi đến {{ office }} sáng kiến"
             " “{{ title }}” (mã số {{ code }})."),
        when("merit", line("{{ merit }}")),
        when("result", line("{{ result }}")),
        when("effect", line("Điều sáng kiến mang lại: {{ effect }}")),
        line("Tôi trân trọng cảm ơn và biểu dương {{ author_short }} đã cùng xã làm cho việc của"
             " người dân nhanh hơn, gọn hơn; mong tiếp tục nhận được những ý kiến như thế.",
             keep=True),
        signed(),
        when(
            "check_code",
            line("{{ check_qr }}", style="Cell11"),
            line("Mã kiểm tra thư: {{ check_code }}{{ check_where }}", style="Cell11"),
        ),
        page=Page(border=True),
        looks="".join(looks),
    )  # fmt: skip


def awarded(path: Path) -> None:
    """The chairman gives awards; the list is an annex."""
    write(
        path,
        head(),
        title("QUYẾT ĐỊNH", "Về việc tặng {{ forms }}"),
        line("{{ chairman }}", style="CenterBold"),
        bases(),
        line("QUYẾT ĐỊNH:", style="CenterBold", keep=True),
        line(("Điều 1.", "b"), " Tặng {{ forms }} cho {{ whom }} đã có thành tích trong đề xuất, áp"
             " dụng sáng kiến, giải pháp cải cách hành chính (danh sách kèm theo)."),
        line(("Điều 2.", "b"), " {% if total %}Tiền thưởng kèm theo: tổng cộng {{ total }} đồng, từ"
             " nguồn: {{ sources }}.{% else %}Không kèm tiền thưởng.{% endif %}"),
        line(("Điều 3.", "b"), " Quyết định này có hiệu lực kể từ ngày ký."),
        line(("Điều 4.", "b"), " {{ drafting_unit }}, các đơn vị liên quan và các tập thể, cá nhân"
             " có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.", keep=True),
        foot(),
        new_part(UPRIGHT),
        title("DANH SÁCH", "Tập thể, cá nhân được tặng {{ forms }}"),
        line(("(Kèm theo Quyết định số {{ number }} {{ day_words }} của {{ chairman_words }})",
              "i"), style="Center", keep=True),
        table(
            [("STT", "{{ loop.index }}"), ("Họ tên, đơn vị", "{{ one.name }}"),
             ("Hình thức", "{{ one.form }}"), ("Đã có thành tích", "{{ one.merit }}"),
             ("Tiền thưởng (đồng)", "{{ one.amount }}")],
            "awards",
        ),
    )  # fmt: skip


def certificate(path: Path) -> None:
    """What is printed on a certificate that is printed already: nothing else stands here. Where
    each line goes is the office's to set; here is where it begins."""
    looks = [
        look("OverlayChairman", "Giấy khen: người tặng", 15, "b", align="center"),
        look("OverlayName", "Giấy khen: họ tên", 24, "b", align="center"),
        look("OverlayAddress", "Giấy khen: địa chỉ", 15, align="center"),
        look("OverlayMerit", "Giấy khen: thành tích", 17, align="center"),
        look("OverlayDecision", "Giấy khen: số quyết định", 13),
        look("OverlayBook", "Giấy khen: số sổ vàng", 13),
        look("OverlayPlaceDay", "Giấy khen: nơi, ngày", 14, "i", align="center"),
        look("OverlaySigner", "Giấy khen: người ký", 15, "b", align="center"),
        look("OverlayCheck", "Giấy khen: mã kiểm tra", 10),
        look("OverlayDraft", "Giấy khen: dự thảo", 12, "b"),
    ]
    write(
        path,
        placed(30, 66, 237, "{{ chairman }}", style="OverlayChairman"),
        placed(30, 96, 237, "{{ name }}", style="OverlayName"),
        placed(30, 110, 237, "{{ address }}", style="OverlayAddress"),
        placed(30, 122, 237, "{{ merit }}", style="OverlayMerit"),
        placed(30, 158, 110, "{{ decision }}", style="OverlayDecision"),
        placed(30, 166, 110, "{{ book }}", style="OverlayBook"),
        placed(160, 150, 110, "{{ place }}, {{ day_words }}", style="OverlayPlaceDay"),
        placed(160, 188, 110, "{{ signer }}", style="OverlaySigner"),
        placed(30, 196, 110, "{{ check }}", style="OverlayCheck"),
        when("is_draft", line("DỰ THẢO", style="OverlayDraft"), style="OverlayDraft"),
        line(style="Gap"),
        page=Page(width=297, height=210, top=8, right=8, bottom=8, left=8),
        looks="".join(looks),
    )


def called_up(path: Path) -> None:
    """Who is called up at a conference, in which order, and where each signs."""
    write(
        path,
        head(ACROSS, has_number=False),
        title("DANH SÁCH TRAO THƯ KHEN, KHEN THƯỞNG", "{{ conference }}"),
        line(("({{ where }})", "i"), style="Center", keep=True),
        table(
            [("Thứ tự gọi", "{{ one.turn }}"), ("Họ tên, đơn vị", "{{ one.name }}"),
             ("Hình thức", "{{ one.form }}"), ("Sáng kiến, thành tích", "{{ one.merit }}"),
             ("Số, ngày", "{{ one.numbered }}"),
             ("Tiền thưởng (đồng)", "{{ one.amount }}"), ("Ký nhận", "{{ one.signed }}")],
            "called", shares=(5, 24, 10, 28, 16, 12, 15), size=11,
        ),
        line("Tổng số: {{ count }}; tiền thưởng: {{ total }} đồng.", style="Note", keep=True),
        two_sign("NGƯỜI LẬP", "NGƯỜI TRAO", ACROSS, names=("{{ maker }}", ""),
                 positions=("maker_position", ""), room="SignerOfList"),
        page=ACROSS,
    )  # fmt: skip


def referral(path: Path) -> None:
    """An idea goes to the office whose matter it is."""
    write(
        path,
        head(),
        title("PHIẾU CHUYỂN"),
        line("Kính gửi: {{ to_office }}.", style="Center"),
        line("Ngày {{ day_received }}, {{ office }} nhận ý kiến mã số {{ code }}, gửi bằng:"
             " {{ channel }}."),
        line("Nội dung: {{ title }}"),
        each("paragraph", "content", line("{{ paragraph }}")),
        line("Lý do chuyển: {{ reason }}."),
        line("{{ office }} chuyển đến {{ to_office }} xem xét, giải quyết theo thẩm quyền và trả"
             " lời người gửi theo quy định./.", keep=True),
        foot(),
    )  # fmt: skip


def proposal_form(path: Path) -> None:
    """An idea that came without paper, for its sender to sign: the words of the printed form."""
    looks = [
        look("FormHead", "Phiếu: câu hỏi", 11, "b", before=3, keep=True),
        look("FormBody", "Phiếu: lời viết", 11, align="both", before=1),
        look("FormBoxes", "Phiếu: các ô", 11, before=1),
        look("FormNotice", "Phiếu: lời báo", 9, align="both", before=2),
    ]
    dots = "…" * 12
    came = _SAY(
        "paper.twin_of", cach="{{ channel }}", gio="{{ hour_received }}", ngay="{{ day_received }}",
        nam="{{ counted_year }}",
    )  # fmt: skip
    write(
        path,
        head(has_number=False),
        title(_SAY("paper.title")),
        beside(
            line((f"{_SAY('receipt.code')}: {{{{ code }}}}", "b"), style="FormHead")
            + line(came, style="FormBody")
            + line(_SAY("ask.participant_type.title"), style="FormHead")
            + line(_ticked("participants"), style="FormBoxes"),
            line("{{ qr }}", style="Center"),
            30,
        ),
        line(_SAY("ask.title.title"), style="FormHead"),
        line("{{ title }}", style="FormBody"),
        line(f"{_SAY('paper.first')} {_SAY('ask.current_state.title')}", style="FormHead"),
        each("one", "current_state", line("{{ one }}", style="FormBody")),
        line(f"{_SAY('paper.second')} {_SAY('ask.solution.title')}", style="FormHead"),
        each("one", "solution", line("{{ one }}", style="FormBody")),
        line(_SAY("ask.effects.title"), style="FormHead"),
        line(_ticked("effects"), style="FormBoxes"),
        each("one", "expected_effect", line("{{ one }}", style="FormBody")),
        *(
            line((f"{_SAY(label)}: ", "b"), f'{{{{ {blank} or "{dots}" }}}}', style="FormBoxes")
            for label, blank in (
                ("ask.contact.name", "name"), ("ask.contact.phone", "phone"),
            )
        ),
        when(
            "has_unit",
            line(
                f"{_SAY('paper.insider', cq='{{ office }}')} {_ticked('insider')}",
                style="FormBoxes",
            ),
            line((f"{_SAY('ask.insider.unit')}: ", "b"), f'{{{{ unit or "{dots}" }}}}',
                 style="FormBoxes"),
            line((f"{_SAY('ask.insider.position')}: ", "b"), f'{{{{ position or "{dots}" }}}}',
                 style="FormBoxes"),
        ),
        line(_ticked("residences"), style="FormBoxes"),
        line((f"{_SAY('paper.hamlet')}: ", "b"), f'{{{{ hamlet or "{dots}" }}}}',
             style="FormBoxes"),
        when(
            "has_guardian",
            line((f"{_SAY('paper.guardian')}: ", "b"), f'{{{{ guardian or "{dots}" }}}}',
                 style="FormBoxes"),
        ),
        line("{{ notice }}", style="FormNotice"),
        each("one", "consents", line("{{ one }}", style="FormBoxes")),
        two_sign(
            _SAY("slip.sender_sign").upper(), _SAY("slip.receiver_sign").upper(),
            note=_SAY("paper.sign_hint"), room="SignerRoom",
        ),
        line(_SAY("slip.not_tthc"), style="FormNotice"),
        page=Page(top=15, bottom=12),
        looks="".join(looks),
    )  # fmt: skip


def _ticked(items: str) -> str:
    """Return a list of boxes as it runs on through its lines."""
    return f"{{% for one in {items} %}}{{{{ one }}}}   {{% endfor %}}"


def report(path: Path) -> None:
    """The report of a year: the figures on both bases; what only a person knows is left open."""
    dots = "…" * 46
    write(
        path,
        head(),
        title(
            "BÁO CÁO", "Kết quả tiếp nhận, xét và nhân rộng sáng kiến, giải pháp",
            "cải cách hành chính năm {{ year }}",
        ),
        bases(),
        line("{{ office }} báo cáo kết quả năm {{ year }} như sau:"),
        line("I. TRIỂN KHAI, TUYÊN TRUYỀN", style="Part"),
        line("Kế hoạch phát động: {{ plan }}. Thời hạn xem xét do xã tự đặt: {{ service_days }}"
             " ngày làm việc."),
        line("{{ outreach.title }}", style="TableTitle"),
        when("outreach.rows", open_table("outreach", size=10)),
        when("not outreach.rows", line("Chưa ghi việc nào vào sổ tuyên truyền.", style="Note")),
        line("{{ outreach.note }}", style="Note"),
        line("II. KẾT QUẢ", style="Part"),
        each(
            "part", "parts",
            line("{{ loop.index }}. {{ part.title }}", style="Part"),
            line("Nhận {{ part.sums.received }} sáng kiến, giải pháp; hợp lệ {{ part.sums.valid }};"
                 " trùng {{ part.sums.merged }}; đã làm thử {{ part.sums.on_trial }}; công nhận"
                 " {{ part.sums.recognised }}, trong đó nhân rộng {{ part.sums.replicated }}; chưa"
                 " công nhận {{ part.sums.not_recognised }}; ngoài phạm vi"
                 " {{ part.sums.redirected }}."),
            when("part.note", line("{{ part.note }}")),
            each(
                "table", "part.tables",
                line("{{ table.title }}", style="TableTitle"),
                when("table.rows", open_table("table", size=11)),
                when("not table.rows", line("Không có.", style="Note")),
                when("table.note", line("{{ table.note }}", style="Note")),
            ),
        ),
        line("III. HẠN CHẾ, NGUYÊN NHÂN", style="Part"),
        when("shortfalls", line("{{ shortfalls }}")),
        when("not shortfalls", line(dots, style="Fill")),
        line("IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ", style="Part"),
        when("directions", line("{{ directions }}")),
        when("not directions", line(dots, style="Fill")),
        line("Trên đây là báo cáo kết quả năm {{ year }} của {{ office }}./.", keep=True),
        foot(),
    )  # fmt: skip


ORIGINALS: dict[str, Callable[[Path], None]] = {
    "so-theo-doi": follow_up,
    "bang-tong-hop": for_council,
    "bien-ban-hop": minutes,
    "phieu-cham-diem": score_sheet,
    "to-trinh": submitted,
    "quyet-dinh-cong-nhan": decided,
    "thong-bao-tuyen-duong": praised,
    "thu-khen": letter,
    "quyet-dinh-khen-thuong": awarded,
    "giay-khen": certificate,
    "danh-sach-trao": called_up,
    "phieu-chuyen": referral,
    "phieu-de-xuat": proposal_form,
    "bao-cao-nam": report,
}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, make in ORIGINALS.items():
        make(folder / f"{name}.docx")
