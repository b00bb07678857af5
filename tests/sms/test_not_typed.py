"""What a telephone wrote by itself, and our own words that come back, are kept apart; what a
person wrote is a case, whatever it speaks of."""

import pytest

from shared import texts
from shared.domain import clock
from shared.store.messages import threads
from shared.texts.sms_text import compose
from shared.workflows import sms_steps
from sms import echoes, inbound, self_answers
from tests.sms.conftest import HOA, MAN

BY_ITSELF = (
    "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I "
    "get where I’m going.",
    "I'm driving with Focus turned on. I'll see your message when I get where I'm going.",
    "(I’m not receiving notifications. If this is urgent, reply “urgent” to send a "
    "notification through with your original message.)",
    "Sorry, I can't talk right now.",
    "I'm on my way.",
    "Can I call you later?",
    "Can't talk now. What's up?",
    "I'll call you right back.",
    "I'll call you later.",
    "Can't talk now. Call me later?",
    "I'm in a meeting.",
    "I'm busy right now. I'll call you later.",
    "I am out of the office until 20 March.",
    "I'm driving right now - Sent from My Car",
    "This is an automated reply. I will respond as soon as possible.",
    "Auto-reply: I am away from my phone",
    "Thank you for your message. I'm on leave and will get back to you next week.",
    "Xin lỗi, tôi đang bận. Vui lòng gọi lại sau.",
    "Xin loi, toi dang ban. Vui long goi lai sau.",
    "Tôi đang lái xe.",
    "Tôi đang lái xe, sẽ gọi lại sau.",
    "Tôi đang lái xe và bật chế độ Không làm phiền khi lái xe. Tôi sẽ xem tin nhắn của bạn "
    "khi tôi đến nơi.",
    "Tôi đang lái xe với chế độ Tập trung được bật. Tôi sẽ xem tin nhắn của bạn khi đến nơi.",
    "(Tôi không nhận được thông báo. Nếu đây là trường hợp khẩn cấp, hãy trả lời “khẩn cấp” "
    "để gửi thông báo cùng với tin nhắn ban đầu của bạn.)",
    "Hiện tôi không nói chuyện được. Có việc gì vậy?",
    "Tôi sẽ gọi lại ngay.",
    "Tôi sẽ gọi cho bạn sau.",
    "Hiện tôi không nói chuyện được. Gọi lại cho tôi sau nhé?",
    "Xin lỗi, tôi không thể nói chuyện ngay bây giờ.",
    "Tôi đang trên đường tới.",
    "Tôi có thể gọi lại cho bạn sau được không?",
    "Tôi đang họp, sẽ gọi lại cho anh/chị sau.",
    "Tôi đang trong cuộc họp. Tôi sẽ gọi lại sau.",
    "Tôi đang ở rạp chiếu phim.",
    "Tôi đang trong lớp học.",
    "Mình đang bận, lát nữa mình gọi lại nhé",
    "Xin lỗi, tôi đang bận, hãy nhắn tin cho tôi.",
    "Toi dang ban, se tra loi sau nhe",
    "Tôi không thể nghe máy lúc này. Vui lòng để lại tin nhắn.",
    "Hiện tại tôi không thể trả lời điện thoại. Tôi sẽ liên lạc lại sau.",
    "Cảm ơn bạn đã liên hệ. Chúng tôi sẽ phản hồi sớm nhất có thể.",
    "Đây là tin nhắn trả lời tự động. Vui lòng không trả lời tin nhắn này.",
    "Trả lời tự động: Tôi nghỉ phép đến hết 20/3, việc gấp xin gọi anh Nam.",
    "[Tin nhắn tự động] Chủ máy đang đi vắng",
    "Tôi đang đi công tác, không thể nghe điện thoại. Việc gấp vui lòng nhắn tin.",
    "TB: thue bao 0912345678 da goi cho ban luc 10:15 ngay 16/03/2026",
    "Thue bao 84912345678 da goi cho ban 2 lan, lan cuoi luc 09:12 16/03",
    "Ban co 1 cuoc goi nho tu so 0912345678 luc 10:15 16/03/2026",
    "MCA: Quy khach co 2 cuoc goi nho tu 0912345678",
    "Thuê bao 0912 345 678 hiện đã liên lạc được. Xin cảm ơn!",
    "[TB] So 0912345678 vua goi cho Quy khach luc 08:01",
    "Missed call from +84912345678 at 10:15",
    "You have 1 missed call from 0912345678",
    "Chế độ Không làm phiền khi lái xe đang bật",
    "TÔI ĐANG LÁI XE. TÔI SẼ TRẢ LỜI SAU!",
    "Đang họp, gọi lại sau nhé",
    "Em đang họp ạ, em sẽ gọi lại sau",
    "Tôi sẽ đến ngay.",
    "Tôi đang ngủ. Vui lòng nhắn tin.",
    "Tôi đang bật chế độ Tập trung nên không nhận được thông báo.",
    "Tôi đang lái xe với tính năng Tập trung khi lái xe được bật. Tôi sẽ xem tin nhắn của bạn khi "
    "đến nơi.",
    "(Tôi sẽ không nhận được thông báo. Nếu khẩn cấp, hãy trả lời “khẩn cấp” để gửi thông báo kèm "
    "tin nhắn gốc của bạn.)",
    "Không thể nói chuyện bây giờ. Có chuyện gì vậy?",
    "Tôi đang lái xe 🚗. Bạn cần gì?",
    "Dạ em đang bận, lát em gọi lại ạ",
    "Đang chạy xe, tí gọi lại",
    "Anh đang bận chút, lát gọi lại cho em nhé",
    "Tôi đang tham gia cuộc họp",
    "Tôi đang lái xe.\nGửi từ Samsung Galaxy của tôi",
    "[Tự động trả lời] Tôi đang nghỉ phép đến 5/12",
    "(MCA) 0912345678 da goi 2 lan luc 14:30 05/11.",
    "TB cuoc goi nho: 0912345678 luc 08:00 ngay 05/11/2026",
    "So dien thoai quy khach vua goi hien da co the lien lac duoc.",
    "Thue bao quy khach vua goi tam thoi khong lien lac duoc, xin quy khach vui long goi lai sau",
)
BY_A_PERSON = (
    "Tôi đang lái xe. Đường ấp 3 xấu quá",
    "Tôi đang bận làm đồng, xã nên mở cửa thứ bảy",
    "Tôi đang bận nên không đi làm giấy được, đề nghị xã cho nộp qua mạng",
    "Cán bộ đang họp suốt, dân chờ cả buổi",
    "Người dân bận đi làm, xin mở cửa buổi trưa",
    "Cán bộ hay nói đang bận, vui lòng quay lại sau",
    "Mỗi lần gọi xã đều nghe máy bận, nên có thêm số điện thoại",
    "Tôi đang chờ giấy khai sinh hai tuần chưa có",
    "Tôi không nhận được thông báo",
    "Tôi không nhận được thông báo kết quả, xin gọi lại",
    "Vui lòng gọi lại cho tôi",
    "Xin gọi lại cho tôi",
    "Xin trả lời sớm nhé",
    "Gọi lại sau giờ hành chính cho người đi làm",
    "Tôi sẽ gọi thêm bà con cùng góp ý",
    "Nên có tin nhắn tự động báo kết quả hồ sơ",
    "Trả lời tự động cho dân khi gọi ngoài giờ",
    "Tin nhắn tự động: xã nên gửi khi hồ sơ xong",
    "Xã nên làm tổng đài trả lời tự động: dân gọi là biết kết quả",
    "Khi lái xe qua cầu ấp 2 rất nguy hiểm",
    "Tôi đang lái xe ba gác thì bị ngã vì ổ gà ở ấp 5",
    "0912345678 đã gọi cho ban tiếp công dân 3 lần không ai nghe máy",
    "Thuê bao nông dân nên được xã gửi tin nhắn thời tiết",
    "Cuộc gọi nhỡ của dân nên được gọi lại trong ngày",
    "Bạn có thể gọi lại giải thích giúp tôi cách nộp hồ sơ",
    "Tôi đang họp ấp, bà con muốn có thêm đèn đường",
    "Chúng tôi đang họp tổ dân phố và thống nhất xin thêm thùng rác",
    "Tôi đang trên đường đi làm thấy ống nước vỡ ở chợ",
    "Cán bộ không thể nghe máy lúc đông dân, nên thêm một người trực",
    "Tôi bận quá không đi được, cho em tôi ký thay được không",
    "Xin lỗi, tôi gửi nhầm. Ý tôi là thêm ghế cho người già",
    "Cảm ơn cán bộ đã gọi. Xin bổ sung: nên có ghế chờ",
    "I think the office should open on Saturday",
    "Please put a bench at the reception desk",
    "Tôi sẽ trả lời phiếu khảo sát nếu xã gửi qua Zalo",
    "Không liên lạc được với cán bộ địa chính",
    "Khong goi duoc cho xa, bam may hoai khong ai nghe",
    "Đang làm đồng bận mà phải đi lại ba lần mới xong giấy",
    "Họp ấp nên làm buổi tối vì ban ngày bà con bận",
    "Xin cho biết khi nào xong, tôi đang chờ",
    "Tôi đang ở nước ngoài, xin nộp hồ sơ qua mạng cho cha mẹ ở quê",
    "Vui lòng gọi lại sau 17 giờ để tôi trình bày về cái cầu",
    "Tôi đang bị bệnh, xin cán bộ đến nhà làm giấy",
    "Cho bà con hẹn giờ trước khi đến, đỡ phải chờ",
    "Mẹ tôi đang ngủ thì loa xã kêu lúc 5 giờ sáng, xin đổi giờ",
    "Tự động hóa việc trả kết quả: nhắn tin khi hồ sơ xong",
    "Đã hỏi “trưởng ấp” về cái cầu mà không ai làm, đề nghị xã xem",
    "Tôi đã thích “Hiến kế” của xã, xin làm thêm ở trường học",
    "Đã thêm “đèn” ở ấp 3 thì nên thêm ở ấp 5",
    "Nếu khẩn cấp thì gọi ai, xã nên ghi số trực ở nhà văn hóa ấp",
    "Số điện thoại quý khách vừa gọi không liên lạc được là sao, xã nên có tổng đài",
    "Tôi đang tham gia cuộc họp ấp, bà con muốn có sân chơi",
    "Gọi lại nhiều lần mới gặp cán bộ, nên có hộp thư thoại",
)
OURS = (
    "UBND xa Tan Nhon da nhan sang kien Ong/Ba gui luc 09:12 ngay 16/03/2026. Ma so: 482173950688."
    " Xem ket qua: soan TT 482173950688 gui 0901234567. Cam on."
)


def test_a_telephone_that_answers_by_itself_is_told():
    assert [words for words in BY_ITSELF if not self_answers.is_one(words)] == []


def test_a_person_who_speaks_of_being_busy_or_of_calls_is_a_person():
    for words in BY_A_PERSON:
        assert not self_answers.is_one(words), words
        assert not echoes.is_reaction(words), words
        assert not echoes.is_copy(words, "UBND xã Tân Nhơn", []), words


REACTIONS = (
    "Liked “{}”", "Loved “{}”", "Disliked “{}”", "Laughed at “{}”", "Emphasized “{}”",
    "Emphasised “{}”", "Questioned “{}”", "Reacted 👍 to “{}”", "Reacted with ❤️ to “{}”",
    "Removed a like from “{}”", "Removed a heart from “{}”", "Removed an exclamation from “{}”",
    "Removed a question mark from “{}”", "Removed 👍 from “{}”", "LIKED “{}”", 'Liked "{}"',
    "Đã thích “{}”", "Da thich “{}”", "Đã yêu thích “{}”", "Đã không thích “{}”",
    "Đã cười với “{}”", "Đã nhấn mạnh “{}”", "Đã đặt câu hỏi về “{}”", "Đã phản ứng 👍 với “{}”",
    "Đã xóa lượt thích khỏi “{}”", "Đã gỡ bỏ 👍 khỏi “{}”", "\u200a\u200b👍\u200b to "
    "“\u200a{}\u200a” ",
    " 👍 cho “{}” ", "❤️ to “{}”", "Đã đặt câu hỏi cho “{}”", "Đã thả ❤️ vào “{}”",
    "Đã thích tin nhắn “{}”", "Đã phản ứng bằng 👍 với tin nhắn của bạn: “{}”", "Đã thích ‘{}’",
    "\u200a\u200b👍\u200b removed from “\u200a{}\u200a”", "\u200b👍\u200b đã xóa khỏi “{}”",
    "Liked “{}”\nGửi từ iPhone của tôi", "\u200f👍 to “{}”\u200e",
)  # fmt: skip


@pytest.mark.parametrize("said", [OURS, "Cho hẹn giờ trước khi đến", OURS[:60] + "…"])
def test_a_liking_is_told_whatever_was_liked(said):
    assert [shape for shape in REACTIONS if not echoes.is_reaction(shape.format(said))] == []


@pytest.mark.parametrize(
    "words",
    ["Liked an image", "Loved a movie", "Đã thích một hình ảnh", "Reacted 👍 to a photo",
     "Laughed at an attachment", "Đã yêu thích tệp đính kèm"],
)  # fmt: skip
def test_a_liking_of_a_picture_is_none_either(words):
    assert echoes.is_reaction(words)


@pytest.mark.parametrize(
    "words",
    [
        REACTIONS[0].format(OURS),
        REACTIONS[26].format(OURS),
        OURS,
        "Tôi đang lái xe, sẽ gọi lại sau.",
    ],
)
def test_what_nobody_typed_is_kept_apart_without_a_case_or_an_answer(db, text, words):
    assert text(words) == []

    assert db.row("SELECT state, text FROM message_in") == ("quarantined", words)
    assert db.row("SELECT count(*) FROM proposal") == (0,)


@pytest.mark.parametrize(
    "shape",
    ["{}", "Fwd: {}", "“{}”", "> {}", "Chuyển tiếp:\n{}",
     "[Tin nhắn chuyển tiếp]\n{}", "Chuyển tiếp từ Zalo:\n{}", "{}\nGửi từ iPhone của tôi"],
)  # fmt: skip
def test_whatever_we_say_is_known_when_it_comes_back(shape):
    blanks = {
        "ma": "482173950688", "gio": "09:12", "ngay": "16/03/2026", "n": "12", "so": "14/QĐ-UBND",
        "thieu": "tên đường và số nhà", "lydo": "đã có quy định của tỉnh về việc này",
        "noi": "Tòa án nhân dân huyện",
    }  # fmt: skip
    office = {
        "cq": "UBND xã Tân Nhơn",
        "sdt": "0251 3861 111",
        "dausms": "0901 234 567",
        "url": "x",
    }
    keys = [one for one in texts.load("sms.vi") if one.startswith("sms.")]
    assert len(keys) > 40
    for key in keys:
        sent = compose(key.removeprefix("sms."), blanks, office)
        assert echoes.is_copy(shape.format(sent), office["cq"], [sent]), key


@pytest.mark.parametrize("spelled", [str.upper, str.lower, str])
def test_a_copy_from_a_number_that_never_got_it_is_known_by_our_words(text, spelled):
    assert text(spelled(OURS), HOA) == []


def test_a_copy_that_names_a_case_is_told_where_it_stands_and_nothing_else(db, text, a_proposal):
    kept = a_proposal()
    words = OURS.replace("482173950688", kept.code)

    assert [one.text_key for one in text(words)] == ["st_received"]
    assert text(f"Liked “{words}”") == []

    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert db.row("SELECT count(*) FROM addition") == (0,)


def test_our_words_with_an_idea_beside_them_are_an_idea(db, text):
    text(f"{OURS} Ý tôi thêm là nên mở cửa thêm sáng thứ bảy cho người đi làm.")

    assert db.row("SELECT count(*) FROM proposal") == (1,)


@pytest.mark.parametrize(
    "words", ["Gui nham: soan RUT {}", "Xem ket qua: soan TT {}", "soan TT {} gui 0901234567"]
)
def test_a_command_copied_from_our_words_is_a_command(text, a_proposal, words):
    kept = a_proposal(phone=MAN, consents={"store": True})

    assert text(words.format(kept.code)) != []


def test_a_telephone_s_answer_to_our_question_is_no_answer(db, text):
    text("Đường vào ấp 3 chưa có đèn, đi tối rất khó")

    assert text("Tôi đang lái xe, sẽ gọi lại sau.") == []

    assert db.row("SELECT count(*) FROM addition") == (0,)
    assert [one.text_key for one in text("Xã nên lắp đèn năng lượng mặt trời")] == ["more_received"]


@pytest.mark.parametrize("words", ["Tôi đang lái xe, sẽ gọi lại sau.", f"Liked “{OURS}”", OURS])
def test_what_was_kept_apart_becomes_a_case_when_staff_say_so(db, desk, text, words):
    text(words)
    (kept,) = threads.between(db, MAN)[0]

    sms_steps.take_for_a_citizens(db, kept.id, actor="an", at=clock.now())
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT solution || current_state FROM proposal") == (words,)
