"""Write the originals in templates/documents: `python deploy/papers/make_originals.py [FOLDER]`.

One function a paper, from the pieces of layout.py. The blanks of each stand in the TOML beside
its DOCX; tests hold both equal to what is written here.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from layout import (
    ACROSS,
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
        open_table("table", size=10),
        two_sign("NGƯỜI LẬP", "CHÁNH VĂN PHÒNG", ACROSS),
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
        line("Chủ trì: {{ chair }}. Thư ký: {{ secretary }}."),
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
            [(7, "STT", "{{ loop.index }}"), (13, "Mã số", "{{ one.code }}"),
             (19, "Tên sáng kiến, giải pháp", "{{ one.title }}"),
             (9, "Điểm TB", "{{ one.average }}"), (10, "Đồng ý", "{{ one.agree }}"),
             (10, "Không", "{{ one.against }}"), (10, "Trống", "{{ one.blank }}"),
             (9, "Tỷ lệ %", "{{ one.percent }}"), (21, "Kết luận", "{{ one.conclusion }}")],
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
        two_sign("THƯ KÝ", "CHỦ TỌA", note="(Ký, ghi rõ họ tên)"),
    )  # fmt: skip


def score_sheet(path: Path) -> None:
    """One member's judgement of one idea, or an empty form for one."""
    write(
        path,
        head(has_number=False),
        title("PHIẾU CHẤM ĐIỂM", "Sáng kiến, giải pháp cải cách hành chính năm {{ year }}"),
        line(("({{ council_name }}, họp {{ held }})", "i"), style="Center", keep=True),
        line("Sáng kiến, giải pháp: {{ title }} (mã số {{ code }})."),
        line("Thành viên chấm: {{ member }}"),
        line("A. ĐIỀU KIỆN", style="Part"),
        table([(70, "Điều kiện", "{{ one.name }}"), (15, "Đạt", "{{ one.yes }}"),
               (15, "Không đạt", "{{ one.no }}")], "gates", size=12),
        line("B. ĐIỂM", style="Part"),
        table(
            [(36, "Tiêu chí", "{{ one.name }}"), (14, "Điểm tối đa", "{{ one.most }}"),
             (14, "Điểm chấm", "{{ one.points }}"), (36, "Nhận xét", "{{ one.remark }}")],
            "criteria", size=12,
        ),
        line("Tổng điểm: {{ total }} / {{ most }}."),
        when("entered_by", line("{{ entered_by }}", style="Note")),
        two_sign("", "NGƯỜI CHẤM", note="(Ký, ghi rõ họ tên, ngày)"),
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
            [(5, "STT", "{{ loop.index }}"), (17, "Mã số", "{{ one.code }}"),
             (42, "Tên sáng kiến, giải pháp", "{{ one.title }}"),
             (28, "Tác giả, đơn vị", "{{ one.author }}"), (8, "Nhóm", "{{ one.category }}")],
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
            [(5, "STT", "{{ loop.index }}"), (17, "Mã số", "{{ one.code }}"),
             (25, "Họ tên, đơn vị", "{{ one.author }}"),
             (27, "Tên sáng kiến, giải pháp", "{{ one.title }}"),
             (8, "Nhóm", "{{ one.category }}"), (18, "Lý do công nhận", "{{ one.reason }}")],
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
            [(6, "STT", "{{ loop.index }}"), (35, "Họ tên, đơn vị", "{{ one.author }}"),
             (43, "Sáng kiến, giải pháp", "{{ one.title }}"), (16, "Ngày gửi", "{{ one.day }}")],
            "ideas",
        ),
        line("Giao bộ phận Văn hóa – Xã hội tuyên truyền các sáng kiến, giải pháp trên đến Nhân dân"
             " trong xã./.", keep=True),
        foot(),
    )  # fmt: skip


def letter(path: Path) -> None:
    """The chairman thanks one author: no legal basis, no money."""
    write(
        path,
        head(has_number=False, number="letter_number"),
        title("THƯ KHEN"),
        line("Thân gửi {{ author }},", style="Center"),
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
            [(8, "STT", "{{ loop.index }}"), (26, "Họ tên, đơn vị", "{{ one.name }}"),
             (15, "Hình thức", "{{ one.form }}"), (33, "Đã có thành tích", "{{ one.merit }}"),
             (18, "Tiền thưởng (đồng)", "{{ one.amount }}")],
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
        placed(30, 198, 110, "{{ check }}", style="OverlayCheck"),
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
            [(6, "Thứ tự gọi", "{{ one.turn }}"), (24, "Họ tên, đơn vị", "{{ one.name }}"),
             (13, "Hình thức", "{{ one.form }}"), (27, "Sáng kiến, thành tích", "{{ one.merit }}"),
             (15, "Số, ngày", "{{ one.numbered }}"),
             (11, "Tiền thưởng (đồng)", "{{ one.amount }}"), (14, "Ký nhận", "{{ one.signed }}")],
            "called", size=11,
        ),
        line("Tổng số: {{ count }}; tiền thưởng: {{ total }} đồng.", style="Note", keep=True),
        two_sign("NGƯỜI LẬP", "NGƯỜI TRAO", ACROSS),
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
        look("FormHead", "Phiếu: câu hỏi", 12, "b", before=4, keep=True),
        look("FormBody", "Phiếu: lời viết", 12, align="both", before=2),
        look("FormBoxes", "Phiếu: các ô", 12, before=2),
        look("FormNotice", "Phiếu: lời báo", 9, align="both", before=3),
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
            note=_SAY("paper.sign_hint"),
        ),
        line(_SAY("slip.not_tthc"), style="FormNotice"),
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
            each(
                "table", "part.tables",
                line("{{ table.title }}", style="TableTitle"),
                when("table.rows", open_table("table", size=11)),
                when("not table.rows", line("Không có.", style="Note")),
                when("table.note", line("{{ table.note }}", style="Note")),
            ),
        ),
        line("III. HẠN CHẾ, NGUYÊN NHÂN", style="Part"),
        line(dots, style="Fill"),
        line("IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ", style="Part"),
        line(dots, style="Fill"),
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
