"""What people type is read as they mean it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms.spellings import fold_in_place, spellings
from sms.word_lists import patterns
from sms.words import ParsedSms, digits, read

CODE = "482173950688"


@pytest.mark.parametrize(
    "text",
    [
        "TT 482173950688",
        "tt 482173950688",
        "TT482173950688",
        "TC 482173950688",
        "T T 482173950688",
        "TT: 4821 7395 0688",
        "TT-4821-7395-0688.",
        "tt.4821.7395.0688",
        "<TT> <482173950688>",
        "“TT 482173950688”",
        '"TT 482173950688"',
        "TT 48217395O688",
        "TT 482l73950688",
        "Soạn TT 482173950688 gửi 8188",
        "soan tin: TT 482173950688 gui 0901 234 567",
        "nhắn: TT 482173950688 gửi 0901 234 567",
        "tra cứu 482173950688",
        unicodedata.normalize("NFD", "tra cứu 482173950688"),
        "TRA CỨU: 482173950688",
        "tra cuwus 482173950688",
        "tra cu71u 482173950688",
        "\u200bTT\u00a0482173950688\u200b",
        "TT \u202a4821\u202c \u20667395\u2069 0688\u00ad",
        "TT 4821‑7395−0688",
        "TT 482173950688\nCảm ơn",
        "482173950688",
        "4821 7395 0688",
        "Mã số: 482173950688",
        "ma 482173950688 cam on",
    ],
)
def test_a_look_up_is_read_however_it_is_typed(text):
    said = read(text)

    assert (said.word, said.code) == ("TT", CODE)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("SK cho hẹn giờ.", "cho hẹn giờ."),
        ("sk:cho hẹn giờ", "cho hẹn giờ"),
        ("SKcho hẹn giờ", "cho hẹn giờ"),
        ("SK <cho hẹn giờ>", "cho hẹn giờ"),
        ("GY - cho hẹn giờ", "cho hẹn giờ"),
        ("Góp ý: cho hẹn giờ", "cho hẹn giờ"),
        ("gops ys cho hen gio", "cho hen gio"),
        ("gop1 y1 cho hen gio", "cho hen gio"),
        ("sangs kieens cho hen gio", "cho hen gio"),
        ("Đề nghị sửa đường", "Đề nghị sửa đường"),
        ("Soạn SK cho hẹn giờ gửi 8188", "cho hẹn giờ"),
        ("SK", ""),
        ("SK 1 + 1 = 2 & <b>", "1 + 1 = 2 & <b>"),
    ],
)
def test_an_idea_keeps_its_own_words(text, rest):
    assert read(text) == ParsedSms("SK", "", rest)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"BS {CODE} làm ở quầy 2", ParsedSms("BS", CODE, "làm ở quầy 2")),
        (f"BS <{CODE}> <làm ở quầy 2>", ParsedSms("BS", CODE, "làm ở quầy 2")),
        (f"Bổ sung {CODE}: thêm ghế", ParsedSms("BS", CODE, "thêm ghế")),
        (f"{CODE} tôi xin nói thêm là nên mở cửa thứ bảy", None),
        (f"RUT{CODE}", ParsedSms("RUT", CODE, "")),
        ("RUT123456789012", ParsedSms("RUT", "123456789012", "")),
        (f"ruts {CODE}", ParsedSms("RUT", CODE, "")),
        (f"rut1 {CODE}", ParsedSms("RUT", CODE, "")),
        (f"Rút lại {CODE}", ParsedSms("RUT", CODE, "")),
        (f"ĐỒNG Ý {CODE}", ParsedSms("DY", CODE, "")),
        (f"dy {CODE}", ParsedSms("DY", CODE, "")),
        ("TT", ParsedSms("TT", "", "")),
        ("TT 12345", ParsedSms("TT", "", "12345")),
        ("TT 4821739506881", ParsedSms("TT", "", "4821739506881")),
    ],
)
def test_words_that_need_a_code_find_it(text, said):
    expected = said or ParsedSms("BS", CODE, "tôi xin nói thêm là nên mở cửa thứ bảy")

    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("TUCHOI", "TUCHOI"),
        ("tu choi", "TUCHOI"),
        ("Từ chối!", "TUCHOI"),
        ("tuwf choois", "TUCHOI"),
        ("huỷ", "TUCHOI"),
        ("HỦY", "TUCHOI"),
        ("huy3", "TUCHOI"),
        ("huyr", "TUCHOI"),
        ("STOP", "TUCHOI"),
        ("soạn: TUCHOI gửi 0901 234 567", "TUCHOI"),
        ("NHAN", "NHAN"),
        ("nhận", "NHAN"),
        ("soan: NHAN gui 0901 234 567", "NHAN"),
        ("GOI", "GOI"),
        ("gọi lại", "GOI"),
        ("goi 0912345678", "GOI"),
        ("HD", "HD"),
        ("help", "HD"),
        ("?", "HD"),
        ("??", "HD"),
        ("Giúp", "HD"),
        ("hướng dẫn", "HD"),
    ],
)
def test_a_word_that_is_the_whole_message_is_read(text, word):
    assert read(text).word == word


@pytest.mark.parametrize(
    "text",
    [
        "Huỷ bỏ con đường này đi",
        "stop cho tôi cái loa phường",
        "Nhận hồ sơ qua mạng cho đỡ đi lại",
        "Gọi điện lên xã không ai nghe máy",
        "Giúp bà con làm giấy khai sinh tại ấp",
        "Rút ngắn thời gian chứng thực còn một buổi",
        "Bổ sung thêm ghế cho bà con ngồi chờ",
        "Đồng ý với ý kiến của bác Ba hôm trước",
        "Tra cứu hồ sơ lâu quá, mong xã xem lại",
        "TC Bank: so du tai khoan 0123456789 cua quy khach",
        "Đường vào ấp 3 chưa có đèn",
        "",
        " \u200b\n",
        "0912345678",
    ],
)
def test_a_text_that_only_begins_like_a_word_is_no_command(text):
    assert read(text).word == ""


@pytest.mark.parametrize(
    "text",
    [
        "Cháy nhà",
        "chay nha o ap 3 gan cho",
        "chays nhaf roi",
        "CỨU VỚI!!!",
        "cuu toi voi",
        "Cấp cứu",
        "cap cuu gap o nha ong Tu ap 3 duong lo",
        "Cướp!",
        "co cuop o cho",
        "soạn: CUU VOI gửi 0901 234 567",
    ],
)
def test_a_cry_for_help_is_heard(text):
    assert read(text).word == "KHAN"


@pytest.mark.parametrize(
    "text",
    [
        "Cấp cứu bệnh viện huyện chậm, nên có thêm xe",
        "Bệnh viện huyện nên có thêm xe cấp cứu cho bà con",
        "Cháy rừng nên tập huấn cho bà con mỗi năm",
        "Chữa cháy: nên đặt bình ở nhà văn hoá ấp",
        "Trộm vặt ở ấp 3 nhiều quá xã xem lại",
        "Tai nạn ở ngã ba ấp 3 xảy ra hoài",
        "Cướp giật ở chợ nhiều, đề nghị gắn camera",
        "Chạy nhà này qua nhà kia xin chữ ký mệt quá",
    ],
)
def test_an_idea_that_mentions_a_danger_is_no_cry(text):
    assert read(text).word != "KHAN"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("TUCHOI\n--\nNguyễn Văn A", "TUCHOI"),
        ("HD\n[QC] Nap the hom nay tang 20%", "HD"),
        ("STOP\nSent from my phone", "TUCHOI"),
        ("NHAN\nĐược gửi từ điện thoại của tôi", "NHAN"),
        (f"TT {CODE}\n(QC) Tang 50% the nap", "TT"),
        (f"{CODE} [QC] KM 50%", "TT"),
        ("Soạn TUCHOI gửi 8188", "TUCHOI"),
        (f"SOAN TT {CODE} GUI 0912 345 678.", "TT"),
    ],
)
def test_what_a_telephone_writes_below_is_no_part_of_a_word(text, word):
    assert read(text).word == word


def test_words_of_a_bank_are_no_look_up():
    assert read("TC Bank: so du TK 123").code == ""


@given(st.text(max_size=400))
@settings(max_examples=400)
def test_no_text_at_all_raises(text):
    said = read(text)

    assert len(said.code) in (0, 12)
    assert len(said.rest) <= len(unicodedata.normalize("NFC", text))


@given(
    st.sampled_from(["TT", "BS", "RUT", "DY", "SK", "GY", "tra cứu", "soạn "]),
    st.text(alphabet="0123456789OIl .-–<>\"'\n aăâđế̀", max_size=60),
)
@settings(max_examples=400)
def test_no_text_behind_a_word_raises(word, rest):
    read(word + rest)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("TT #482173950688", "TT"),
        ("TT mã 482173950688", "TT"),
        ("TT mã số: 4821-7395-0688", "TT"),
        ("tra cuu ma so 482173950688", "TT"),
        ("Xem kết quả hồ sơ 482173950688", "TT"),
        ("kq 482173950688", "TT"),
        ("dạ cho hỏi TT 482173950688", "TT"),
        ("tra cuws 482173950688", "TT"),
        ("Gửi TT 482173950688", "TT"),
        ("Tin nhan: TT 482173950688 gui 0901234567", "TT"),
        ("ＴＴ ４８２１７３９５０６８８", "TT"),
        ("xin rut 482173950688", "RUT"),
        ("rút mã 482173950688", "RUT"),
        ("Bổ sung cho hồ sơ 482173950688: làm ở quầy", "BS"),
        ("DY sang kien 482173950688", "DY"),
    ],
)
def test_a_code_is_found_behind_what_people_put_before_it(typed, word):
    assert (read(typed).word, read(typed).code) == (word, "482173950688")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Hủy đăng ký", "TUCHOI"),
        ("NGUNG NHAN TIN!", "TUCHOI"),
        ("Từ chối nhận tin.", "TUCHOI"),
        ("xin gọi lại", "GOI"),
        ("Goi lai cho toi", "GOI"),
        ("help me", "HD"),
        ("Hiến kế: cho hẹn giờ chứng thực", "SK"),
    ],
)
def test_a_word_may_be_said_at_length(typed, word):
    assert read(typed).word == word


@pytest.mark.parametrize(
    "typed",
    [
        "Ngừng nhắn tin làm phiền bà con lúc trưa đi",
        "Hủy đăng ký tạm trú nên làm qua mạng",
        "Kết quả hồ sơ nên báo qua tin nhắn cho dân",
        "Gọi lại cho tôi biết vì sao đường ấp 3 chưa có đèn",
        "Ông Tư 482173950688 nói rằng cầu ấp 3 đã sập hai năm nay",
    ],
)
def test_what_only_begins_like_a_word_is_an_idea(typed):
    assert read(typed).word == ""


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Nhà tôi bị cháy rồi, cứu với", "KHAN"),
        ("nha toi bi chay roi", "KHAN"),
        ("Có ai không, cứu tôi với", "KHAN"),
        ("Nhà tôi bị chảy nước mưa từ cống của xóm", ""),
        ("Đề nghị xã nghiên cứu với bà con cách mở cửa thứ bảy", "SK"),
        ("Xã nghiên cứu với dân giờ mở cửa", ""),
    ],
)
def test_a_plea_is_heard_wherever_it_stands_in_a_short_message(typed, word):
    assert read(typed).word == word


@pytest.mark.parametrize("shape", ["rut{}", "rut lai{}", "RUT {}", "dy{}", "dong y{}"])
def test_no_digit_behind_a_word_is_taken_for_its_tone(shape):
    for number in [f"{first}{rest}" for first in range(10) for rest in ("048", "736")]:
        assert digits(read(shape.format(number)).rest) == number


def test_folding_in_place_keeps_each_letters_place():
    typed = "Đồng ý ½ ß ſ \u200b\u0301 \U0001f600 xin hẹn"
    assert len(fold_in_place(typed)) == len(typed)
    assert fold_in_place(typed) == "dong y 1 s s \0\0 \U0001f600 xin hen"


@pytest.mark.parametrize("phrase", ["góp ý", "hiến kế", "đề nghị", "tra cứu", "bổ sung", "đồng ý"])
def test_a_word_is_known_in_each_of_its_spellings(phrase):
    for spelled in spellings(phrase):
        began = [word for pattern, word in patterns(spelled) if pattern.match(spelled)]
        assert began, spelled
