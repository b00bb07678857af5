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
    bases,
    each,
    foot,
    head,
    line,
    new_part,
    open_table,
    signed,
    table,
    title,
    two_sign,
    when,
    write,
    written_table,
)

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "documents"


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
             " kiến, giải pháp được công nhận:", keep=True),
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
        head(has_number=False),
        title("THƯ KHEN"),
        line("Thân gửi {{ author }},", style="Center"),
        line("{{ day_received }}, {{ author_short }} đã gửi đến {{ office }} sáng kiến"
             " “{{ title }}” (mã số {{ code }})."),
        when("result", line("{{ result }}")),
        when("effect", line("Điều sáng kiến mang lại: {{ effect }}")),
        line("Tôi trân trọng cảm ơn và biểu dương {{ author_short }} đã cùng xã làm cho việc của"
             " người dân nhanh hơn, gọn hơn; mong tiếp tục nhận được những ý kiến như thế.",
             keep=True),
        signed(),
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
        line("B7. Tuyên dương, khen thưởng (ghi theo sổ khen thưởng)", style="TableTitle"),
        written_table(
            [(40, "Hình thức"), (20, "Tập thể"), (20, "Cá nhân"), (20, "Số tiền (đồng)")],
            [["Tuyên dương", "", "", ""], ["Thư khen", "", "", ""], ["Giấy khen", "", "", ""],
             ["Cộng", "", "", ""]],
            size=11,
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
    "to-trinh": submitted,
    "quyet-dinh-cong-nhan": decided,
    "thong-bao-tuyen-duong": praised,
    "thu-khen": letter,
    "phieu-chuyen": referral,
    "bao-cao-nam": report,
}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, make in ORIGINALS.items():
        make(folder / f"{name}.docx")
