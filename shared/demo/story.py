"""The story of the forty invented proposals: who did what, how many working days later. How many
days ago each came stands with it in proposals.jsonl.

Only content, in the order it happened; shared/demo plays it with the real store functions.
"""

from collections.abc import Mapping

from shared.domain.proposal import SPREAD, Status
from shared.domain.record import Record, field


class FromToday(Record):
    """A day among the details of a step: so many days from the day on which the demo is founded."""

    days: int


Details = Mapping[str, str | int | FromToday]


class Moved(Record):
    """The officer moves the case, or the chair if it is a decision. A number among the details is a
    day, so many days after the move; `into` names the proposal with that number."""

    days: int
    to: Status
    details: Details = field(default_factory=dict)


class Answered(Record):
    """The office answers on the receipt page."""

    days: int
    text: str


class AddedTo(Record):
    """The sender adds something."""

    days: int
    text: str


class Flagged(Record):
    """The officer sets a flag that only staff see."""

    days: int
    spam: bool = False
    confidential: bool = False


class Consented(Record):
    """The sender answers the first SMS with DY: keep my number, tell me the result."""

    days: int


class AskedAgain(Record):
    """The sender asks for another look."""

    days: int


class Settled(Record):
    """Staff ask the sender of an SMS who they are, which the SMS did not say; the chair does it
    where that moves the year."""

    days: int
    by_chair: bool = False


class Withdrew(Record):
    """The sender withdraws it."""

    days: int


class Adopted(Record):
    """A unit begins to apply it, that day."""

    days: int
    unit: str


class Counted(Record):
    """Somebody counted the same thing before and after, at a unit of the register ("": where the
    idea came from)."""

    days: int
    kind: str
    before: float
    after: float
    evidence: str
    unit: str = ""


class StillUsed(Record):
    """After 30 days a unit was asked: it goes on."""

    days: int
    unit: str


class Published(Record):
    """The office publishes it in the registry, in its own words."""

    days: int
    effect: str


class Attached(Record):
    """A file of the demo came with it; somebody wrote down what is heard or read in it."""

    days: int
    file: str
    transcript: str = ""


class Planned(Record):
    """A step of its roadmap, due so many days from today."""

    days: int
    what: str
    due: int


class WantsOut(Record):
    """Its sender asked by SMS, so many hours ago, to withdraw it: that waits for a day."""

    hours: int


class WantsErased(Record):
    """Its sender asked by SMS, so many hours ago, to be forgotten: that waits for a day."""

    hours: int


Step = (
    Moved
    | Answered
    | AddedTo
    | Flagged
    | Consented
    | AskedAgain
    | Settled
    | Withdrew
    | Adopted
    | Counted
    | Published
    | StillUsed
    | Attached
    | Planned
    | WantsOut
    | WantsErased
)


class Opinion(Record):
    """What the officer writes before the council meets: kind, now and then of each expected effect;
    the points of both parts that the idea has."""

    opinion: str
    proposed: str = "recognise"
    verb: str = "simplify"
    timing: str = "at_once"
    expected: tuple[tuple[str, float, float], ...] = (("days", 3, 1),)
    points: tuple[str, ...] = (
        "state", "difficulty", "obstacle", "field", "content", "process", "place", "unit", "effect",
    )  # fmt: skip


APPRAISALS = {
    0: Opinion("Không trái quy định hiện hành; xã làm được bằng người và máy đang có."),
    7: Opinion(
        "Nhu cầu có thật, đã hỏi hai công ty. Cần bố trí trực luân phiên, bù giờ theo quy định.",
        timing="in_steps", expected=(("steps", 2, 1), ("days", 2, 1)),
    ),
    9: Opinion(
        "Làm được ngay, chi phí chỉ là giấy in. Nên làm trước với máy chiếu, xe và phòng họp.",
        "replicate", expected=(("operations", 5, 2), ("cost", 0, 0)),
    ),
    14: Opinion(
        "Làm thử ở hai ấp đạt kết quả: hồ sơ liên thông trả sớm hơn trước.",
        expected=(("days", 7, 4), ("steps", 3, 1)),
    ),
    32: Opinion(
        "Đã làm thử ở trường và nhà văn hóa ấp, người lớn tuổi tự nộp được hồ sơ.",
        "replicate", "supplement", expected=(("steps", 2, 0),),
    ),
}  # fmt: skip


# Their telephones are off: what the office sends them does not arrive.
UNREACHED = (33,)


def _taken_up(days: int) -> Moved:
    return Moved(days, Status.UNDER_APPRAISAL)


def _to_council(days: int) -> Moved:
    return Moved(days, Status.AT_COUNCIL)


def _tried(days: int, until: int | FromToday) -> Moved:
    return Moved(days, Status.ON_TRIAL, {"trial_from": 1, "trial_to": until})


def _recognised(days: int, number: str, reason: str) -> Moved:
    said: Details = {"decision_number": number, "decision_date": 0, "reason": reason}
    return Moved(days, Status.RECOGNISED, said)


def _to_spread(days: int, number: str, reason: str) -> Moved:
    said = {**_recognised(days, number, reason).details, "spread": SPREAD}
    return Moved(days, Status.RECOGNISED, said)


def _not_recognised(days: int, number: str, reason: str) -> Moved:
    said: Details = {"decision_number": number, "decision_date": 0, "reason": reason}
    return Moved(days, Status.NOT_RECOGNISED, said)


def _merged(days: int, into: int) -> Moved:
    return Moved(days, Status.MERGED, {"into": into})


def _redirected(days: int, to_office: str, reason: str) -> Moved:
    return Moved(days, Status.REDIRECTED, {"to_office": to_office, "reason": reason})


def _asked(days: int, missing: str) -> Moved:
    return Moved(days, Status.NEEDS_INFO, {"missing": missing, "until": 30})


STORY: dict[int, tuple[Step, ...]] = {
    1: (
        _taken_up(1),
        Answered(2, "Cảm ơn Ông/Bà. Quầy chứng thực sẽ thử 10 chỗ hẹn mỗi buổi."),
        _tried(6, 30),
        _to_council(30),
        _to_spread(36, "87/QĐ-UBND", "mới, dễ làm, bà con đỡ chờ"),
        Counted(40, "days", 3, 1, "Sổ lấy số tháng trước và tháng này"),
        Counted(40, "satisfaction", 3.1, 4.6, "Phiếu hỏi 40 người tại quầy"),
        Published(42, "Bà con đến đúng giờ hẹn, không còn xếp hàng từ sáng sớm."),
        Adopted(60, "xã Vĩnh Tân"),
        Moved(70, Status.REPLICATED, {"where": "xã Vĩnh Tân", "since": 0}),
        Counted(75, "days", 4, 1.5, "Báo cáo của Trung tâm xã Vĩnh Tân", "xã Vĩnh Tân"),
        StillUsed(82, "xã Vĩnh Tân"),
    ),
    2: (Consented(1), _merged(2, 1)),
    3: (
        _taken_up(1),
        _to_council(9),
        _recognised(15, "61/QĐ-UBND", "giảm hồ sơ phải bổ sung"),
        Counted(25, "documents", 6, 4, "Đối chiếu 30 hồ sơ trước và sau"),
        Published(26, "Hồ sơ phải bổ sung giảm hẳn, cán bộ đỡ giải thích nhiều lần."),
        Planned(27, "Dán mã ở quầy đất đai và quầy hộ tịch", 1),
    ),
    4: (
        _taken_up(1),
        Answered(3, "Xã đã thống nhất với trưởng ấp, buổi đầu vào chiều thứ Năm tuần tới."),
        _tried(5, 60),
        _to_council(50),
        _recognised(56, "118/QĐ-UBND", "người già, người khuyết tật khỏi đi xa"),
        Counted(60, "steps", 2, 0, "Sổ nhận hồ sơ tại nhà văn hóa ấp, hai tháng"),
        Planned(61, "In lịch nhận hồ sơ tại ấp cho quý tới", 4),
    ),
    5: (
        Attached(0, "sound.mp4", "Mỗi tháng cán bộ xuống ấp nhận hồ sơ một buổi, đỡ phải đi."),
        _merged(2, 4),
    ),
    6: (_taken_up(2), _tried(8, FromToday(3))),
    7: (
        Consented(1),
        _taken_up(2),
        AddedTo(3, "thu 7 dau thang va giua thang la hop ca cua tui em nhat"),
        Settled(4),
        _to_council(14),
    ),
    8: (_taken_up(2), _tried(10, FromToday(20))),
    9: (Attached(0, "photo.jpg"), _taken_up(1), _to_council(12)),
    10: (
        _taken_up(2),
        _to_council(10),
        _not_recognised(18, "92/QĐ-UBND", "đã có quy định thực hiện"),
    ),
    11: (
        _taken_up(1),
        _not_recognised(12, "101/QĐ-UBND", "không thuộc thẩm quyền của xã"),
        AskedAgain(14),
        Answered(16, "Xã xem lại phần giấy tờ xã tự đặt thêm, phần còn lại sẽ kiến nghị cấp trên."),
    ),
    12: (_taken_up(2), _to_council(15)),
    13: (_taken_up(1), Answered(4, "Xã đang bàn bảng kiểm chung với Công an xã.")),
    14: (_taken_up(1), _tried(8, 30), _to_council(35)),
    15: (
        Attached(0, "clip.mp4"),
        _taken_up(1),
        _to_council(8),
        _to_spread(14, "126/QĐ-UBND", "rẻ, làm ngay được"),
        Adopted(41, "các nhà văn hóa ấp"),
        Moved(43, Status.REPLICATED, {"where": "các nhà văn hóa ấp", "since": 0}),
        Counted(46, "steps", 3, 1, "Hỏi 25 người tại hai nhà văn hóa", "các nhà văn hóa ấp"),
        Counted(46, "cost", 20000, 0, "Tiền xe một lượt đi, về"),
        Published(47, "Bà con xem được ở ngay ấp, khỏi lên xã hỏi."),
    ),
    16: (
        Consented(1),
        _taken_up(2),
        Settled(3),
        _to_council(14),
        _recognised(20, "131/QĐ-UBND", "bà con khỏi đi lại hỏi kết quả"),
    ),
    17: (_merged(3, 16),),
    18: (_taken_up(2), _tried(9, FromToday(-1))),
    19: (_taken_up(2), _not_recognised(20, "139/QĐ-UBND", "chi phí lớn hơn lợi ích")),
    20: (_taken_up(2), _to_council(6)),
    21: (Consented(1), Settled(2), _taken_up(3), _to_council(9), WantsErased(3)),
    22: (Settled(2, by_chair=True), _taken_up(3), WantsOut(2)),
    23: (_taken_up(1), _to_council(5), _recognised(12, "140/QĐ-UBND", "bớt quy định chồng chéo")),
    24: (
        _asked(3, "làm ở ấp nào trước, ai chủ trì"),
        AddedTo(4, "Làm trước ở ấp 2, trưởng ấp chủ trì."),
        _taken_up(5),
        _to_council(10),
    ),
    25: (_redirected(1, "Tiếp công dân / hòa giải đất đai", "tranh chấp đất đai"),),
    26: (Flagged(1, spam=True),),
    27: (_redirected(1, "Bộ phận Một cửa", "phản ánh thái độ phục vụ"),),
    28: (
        _asked(1, "cách làm cụ thể ra sao"),
        Moved(25, Status.CLOSED, {"reason": "quá hạn bổ sung"}),
    ),
    29: (_asked(1, "đang vướng ở thủ tục nào"),),
    30: (_taken_up(1), _to_council(12)),
    31: (
        Flagged(1, confidential=True),
        _redirected(2, "Tiếp công dân", "tố cáo; giữ kín người gửi"),
    ),
    32: (_taken_up(2), _tried(9, 25), _to_council(30)),
    33: (Attached(0, "sound.mp4"), _taken_up(1), _tried(6, FromToday(5))),
    34: (_taken_up(2), Withdrew(5)),
    36: (
        Flagged(1, spam=True),
        Moved(1, Status.CLOSED, {"reason": "tin quảng cáo"}),
    ),
    37: (_merged(2, 18),),
    38: (_redirected(1, "Phản ánh, kiến nghị hạ tầng", "đường sá, chiếu sáng"),),
    39: (
        _asked(1, "nên làm thế nào, ai làm"),
        AddedTo(3, "Nên có thêm một ghế lấy số cho người lớn tuổi."),
    ),
    40: (Attached(0, "clip.mp4"), _taken_up(1)),
}
