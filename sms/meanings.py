"""What a text means that uses none of our words: "khi nao co ket qua" is TT, "cho toi rut lai y
kien" is RUT.

Each meaning has signs that must be there and words that may stand beside them. If one word is left
over, the text says more than that and is an idea: whoever asks for the result and adds "nên nhắn
tin cho dân" proposes something. So a text that is not understood is never lost. The words are read
plain (shared/domain/everyday.py); nothing here opens the store.
"""

import re

from shared.domain import everyday
from shared.domain.late_pattern import LatePattern
from shared.domain.record import Record
from shared.domain.vietnamese import fold
from sms import not_ideas

_PEOPLE = """toi minh em anh chi chu co bac ong ba con chau di cau ad admin ban may ca moi nguoi
nha ben cac
nay kia do ay ong_ay chung ta gia dinh ten la"""
_POLITE = """da vang thua xin cho hoi cam on lam on vui long giup ho voi nhe nha nghen nhen hen ha
a di luon
cai thi la ma va hay chao kinh alo oi oi mong nho ne he u uh um ua o nhu ai phien nua nghe nhi
ta ha ti chut mot lan qua lai ve duoc day gium ghe dau het gi vay the nao sao chua roi co khong
khi neu cung moi thoi nhieu lam luc can muon biet phai"""
_OFFICE = "xa ubnd uy ban co quan canbo lanh dao chinh quyen mot cua"
_TIME = """hom truoc qua nay tuan thang ngay vua moi nay sang chieu buoi buoi_toi thu hai ba tu
nam sau
bay chu nhat gio phut dau cuoi luc lau som bao den toi mai"""
_THING = """sang kien y kien gop y de xuat kien nghi de nghi hien ke tin nhan sms noi dung y cua
gui phieu
ma so"""
_BESIDE = f"{_PEOPLE} {_POLITE} {_OFFICE} {_TIME} {_THING}"
_ONLY_POLITE = frozenset(f"{_BESIDE} xem coi xong tra cuu kiem check".split())


# Who speaks of an idea of their own and asks for it, or takes it back, may use as many other words;
# none of these, for they propose something.
_STRAYS = 2
_OWN_IDEA = LatePattern(
    r"\b(?:sang kien|y kien|gop y|de xuat|kien nghi|hien ke)(?: \w+){0,3}? (?:toi|em|minh|chau)\b"
    r"|\b(?:toi|em|minh|chau)(?: \w+){0,2}? gui(?: \w+){0,2}? (?:sang kien|y kien|gop y|de xuat)\b"
)
# Longer chat must begin as thanks and greetings do.
_CHAT_WORDS = 6
_THANKS_FIRST = LatePattern(
    r"(?:\w+ ){0,6}?(?:cam on|chuc|chao|vui)\b"
    r"|(?:da|ok|vang)\b.*\b(?:roi|cam on|sau|len|qua)\b"
)
_NOISE = re.compile(r"\b(?:\d+(?:h|g)?\d*|(?:ha|hi|he|ka|kk){2,})\b")
_DOING = frozenset(
    """nen them lap gan dat mo mua lam sua xay bot giam dan doi thay treo don cam hen nop in bao
    day tang mang tap trong""".split()  # noqa: SIM905
)


class _Meaning(Record):
    """`word` is the SMS word that a text means if `signs` is found in it, all its words are among
    `beside`, and there are no more than `most`."""

    word: str
    signs: LatePattern
    beside: frozenset[str]
    most: int

    def is_in(self, said: "_Said") -> bool:
        # The words first: what most ideas say beside them rules a meaning out without its signs.
        strays = said.words - self.beside
        may_stray = self.word in ("TT", "RUT") and len(strays) <= _STRAYS
        if said.count > self.most or strays & _DOING or (strays and not may_stray):
            return False
        if self.signs.search(said.text) is None or (strays and not _OWN_IDEA.search(said.text)):
            return False
        is_chat = self.word == "CAMON" and said.count > _CHAT_WORDS
        return not is_chat or _THANKS_FIRST.match(said.text) is not None


class _Said:
    """Plain words, their number, and which they are without numbers and laughter."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.count = len(text.split())
        self.words = frozenset(_without_noise(text).split())


def _meaning(
    word: str, most: int, signs: str, more: str = "", *, less: str = "", beside: str = _BESIDE
) -> _Meaning:
    of_signs = re.findall(r"[a-z_]+", re.sub(r"\\[a-z]", " ", signs))
    words = frozenset(f"{beside} {more}".split()) - frozenset(less.split()) | frozenset(of_signs)
    return _Meaning(word, LatePattern(rf"\b(?:{signs})\b"), words, most)


_OFFICE_IN_FULL = LatePattern(r"\b(?:uy ban )?nhan dan(?= xa| phuong|$)|\bphuong\b")
_ASKS = (
    "chua|bao gio|bao lau|khi nao|luc nao|chung nao|sao|the nao|dau|khong|hoi|xem|coi|biet"
    "|tra cuu|cua toi|cua em"
)
_STOP = r"(?:tat|dung|dung_co|khong|thoi|ngung|bo|cham dut|tu choi|huy|khoi|het)"
_IDEA = r"(?:sang kien|y kien|gop y|de xuat|kien nghi|hien ke|y(?: tuong)?|tin(?: nhan)?|noi dung)"
_KEPT = r"(?:sang kien|y kien|gop y|de xuat|kien nghi|hien ke|y(?: tuong)?)"
_WHEN = r"(?:bao gio|bao lau|khi nao|luc nao|chung nao|ngay nao|hom nao|den dau|toi dau)"
_NOT = r"(?:khong|dung|dung_co|khoi|thoi (?:khoi|khong|dung|dung_co)|chua (?=muon))"
_GONE = r"(?:rut|huy|xoa|thu hoi)"
_MEANINGS = (
    _meaning(
        "GIU",
        16,
        rf"{_NOT}(?: (?:muon|xin|can|toi|phai|co|y dinh))*? {_GONE}"
        rf"|(?:huy|bo|thoi|dung|dung_co)(?: (?:viec|yeu cau|lenh|cai))* rut"
        rf"|giu(?: nguyen| lai| giup)*(?: cai)? {_KEPT}"
        rf"|{_KEPT}(?: \w+){{0,5}}? giu(?: nguyen| lai)"
        r"|^(?:\w+ ){0,6}?giu(?: nguyen)? lai(?: \w+){0,3}?$"
        rf"|xet tiep(?: cai)? {_KEPT}|cu (?:de|xet)(?: \w+)? (?:tiep|nguyen)",
        """rut huy xoa nua giu nguyen tiep tuc xet cu de doi y nghi lai yeu cau viec nham lon bam
        roi hom truoc vua""",
        less="duoc sao dong chiu luu dau so ma sms nhan_tin",
    ),
    _meaning(
        "TUCHOI",
        16,
        rf"tat(?: cai)? tin(?: nhan)?|{_STOP}(?: \w+){{0,3}}? (?:nhan"
        rf"|gui)(?: \w+)?? (?:tin(?: nhan)?|nua|thong bao|sms)"
        rf"|{_STOP}(?: \w+){{0,2}}? nhan(?: tin)?(?: cho toi)? nua"
        r"|^(?:\w+ ){0,3}?(?:dung_co|dung|ngung|thoi|khoi) nhan(?: tin)?(?: giup)?(?: di| nhe"
        r"| nha)?$"
        r"|(?:dung_co|ngung|thoi) nhan(?: tin)? giup|(?:dung|dung_co|ngung|thoi) (?:lam )?phien",
        """phien lam nhieu tin nhan thong bao vao so dien thoai dien thoai co nua qua met chan
        thich quay ray tu""",
        less="duoc sang kien y gop de xuat kien nghi hien ke",
    ),
    _meaning(
        "GOI",
        16,
        r"(?:goi(?: dien)?(?: thoai)?|(?:goi|dien|dien thoai) (?:lai|cho|giup))(?: \w+){0,3}?"
        r" (?:toi|em|chau|minh|co|chu|bac|con|so nay|may nay)"
        r"|goi(?: dien)?(?: thoai)? (?:lai|giup|lai giup)"
        r"|(?:xin|nho|can|muon|cho)(?: \w+){0,4}? (?:cuoc goi|goi dien|goi lai|goi)"
        r"|gap(?: \w+){0,2}? qua dien thoai|lien (?:lac"
        r"|he)(?: lai)?(?: \w+){0,2}? (?:voi )?(?:toi|em|minh)"
        r"|noi chuyen(?: qua)? (?:dien thoai|truc tiep|voi (?:canbo|nguoi))",
        """khong ranh nhan tin nhan soan go biet chu met noi chuyen truc tiep so dien thoai dien
        thoai nguoi keu bieu vao may tien ranh kip mat kem can viec gap trao doi coi lien lac
        he duoc khong doc chu lon tuoi mu phu trach ranh gap""",
        less="sau den truoc ket",
    ),
    _meaning(
        "RUT",
        18,
        rf"(?:rut|huy|xoa|(?<!can)bo(?! sung)|thu hoi)(?: bo| lai| di"
        rf"| qua)*(?: \w+){{0,4}}? {_IDEA}"
        rf"|{_IDEA}(?: \w+){{0,6}}? (?:rut|huy|xoa|thu hoi)(?: bo| lai)*"
        r"|rut lai|xin rut|muon rut|(?:gui|nhan|nhan tin|bam|soan)(?: tin)? (?:nham|lon)"
        r"|nham roi|doi y roi|viet sai|"
        rf"khong(?: \w+){{0,3}}? {_IDEA}(?: \w+){{0,2}}? nua"
        r"|khong(?: \w+){0,2}? (?:gui|tham gia)(?: \w+){0,3}? nua"
        r"|(?:nham|lon) (?:so|tin|may|nguoi)"
        rf"|khong(?: \w+){{0,2}}? gui(?: \w+){{0,3}}? {_IDEA}"
        rf"|(?:khoi|dung|dung_co|thoi)(?: \w+){{0,2}}? (?:gui|xet|xem|trinh|chuyen|duyet)"
        rf"(?: \w+){{0,3}}? {_KEPT}",
        """rut huy xoa nham lon nhan tin dung dung_co xet khong xin loi gui doi tham gia he thong
        khoi bam danh sach thu hoi neu nghich may viet sai lo tay choi ra len xem""",
    ),
    _meaning(
        "TT",
        24,
        rf"(?:{_ASKS})(?: \w+){{0,8}}? ket qua|ket qua(?: \w+){{0,12}}? (?:{_ASKS})"
        rf"|^(?:\w+ )?(?:\w+ )?ket qua(?: \w+)?$|{_IDEA}(?: \w+){{0,6}}? (?:{_WHEN}|sao roi"
        rf"|the nao roi|ra sao|xong chua"
        r"|(?:xem|duyet|xet|nhan|doc|coi|giai quyet|ghi nhan|tra loi)(?: duoc)? chua)"
        r"|(?:xem|duyet|xet|nhan|doc|coi|tra loi|giai quyet)(?: duoc)?(?: \w+){0,5}? chua"
        rf"|(?:xin|cho biet)(?: \w+){{0,3}}? ket qua"
        rf"|(?:kiem tra|xem|coi|tra)(?: \w+){{0,3}}? {_KEPT}(?: \w+){{0,3}}? (?:hom|truoc|vua"
        rf"|da gui|cua toi|cua em|toi gui|em gui)"
        r"|(?:chua|khong) thay (?:gi|chi|dong tinh)"
        rf"|{_WHEN}(?: \w+){{0,6}}? (?:tra loi|bao lai|duyet|xet|phan hoi|hoi am|xong)"
        r"|(?:tra loi|duyet|xet|xem|giai quyet|phan hoi|xong)(?: \w+){0,4}? (?:den|toi) dau"
        r"|(?:chua|khong) (?:thay|nghe|co|duoc)(?: \w+){0,3}? (?:tra loi|hoi am|phan hoi|bao lai)"
        rf"|{_IDEA}(?: \w+){{0,5}}? (?:co )?duoc (?:duyet|cong nhan|chon|chap nhan|khen)"
        rf"|{_IDEA}(?: \w+){{0,4}}? (?:dau|duoc|dat)(?: giai)? khong"
        r"|^(?:\w+ ){0,4}?(?:den|toi) dau roi|^(?:\w+ ){0,3}?(?:the nao|sao) roi"
        r"|(?:den|toi) khau nao|co ai (?:doc|xem|coi)(?: \w+){0,2}? khong"
        r"|(?:co )?ket qua(?: \w+){0,2}? (?:bao|nhan)(?: tin)?(?: lai)?(?: cho)? (?:toi|em|minh)"
        rf"|tra loi(?: cho)? (?:toi|em|minh)|{_IDEA}(?: \w+){{0,6}}? (?:gui lau roi|bi bac)"
        r"|co (?:tin|hoi am|gi moi)(?: \w+){0,2}? chua"
        r"|(?:dat|duoc)(?: \w+)? (?:giai|chon|duyet|cong nhan|chap nhan)(?: \w+){0,2}? khong"
        rf"|{_IDEA}(?: \w+){{0,10}}? (?:im re|im lang|im lim|bat tin|mat hut)"
        rf"|(?:tinh trang|tinh hinh|trang thai|tien do)(?: \w+){{0,2}}? {_IDEA}"
        # The answer to TT names the code, too.
        r"|ma so(?: \w+){0,4}? (?:bao nhieu|la gi|la so may)"
        r"|(?:quen|mat|lac|roi)(?: \w+){0,2}? (?:ma so|phieu)"
        r"|(?:xin|gui|cho|nhan)(?: \w+){0,3}? lai(?: \w+){0,2}? ma so",
        """quen mat lac xem coi tra cuu duyet xet cong nhan chon chap xong tra loi hoi am phan hoi
        nghe thay
        tham nhan ket qua dat giai ra da chua lam sao dang doi vua roi hoi dong hop cong bo
        cham diem re lang tin thang lau kiem no""",
    ),
    _meaning(
        "DY",
        16,
        r"(?:dong y|chiu|ung thuan|cho phep|nhat tri|cu (?:luu|giu|nhan tin))",
        """luu giu de so dien thoai dien thoai thong tin bao cung cap ket qua ok nhan tin cu
        su_dung dung ca""",
        less="sang gop xuat kien nghi hien ke",
    ),
    _meaning(
        "NHAN",
        12,
        r"(?:gui|nhan)(?: lai)? tin(?: nhan)?(?: \w+){0,3}? nhu (?:cu|truoc)"
        r"|nhan(?: lai)? tin(?: nhan)?(?: bao)?(?: cua \w+)?(?: lai| tro lai| tiep)"
        r"|nhan (?:lai|tiep) tin|^(?:toi )?(?:muon )?nhan lai(?: di| nhe| nha)?$|(?:muon|dang ky"
        r"|cho toi|dong y|tiep tuc) nhan(?: lai)? tin",
        "tin nhan doi y tuc tro tiep bao ket qua dang ky thong cu",
        less="khong chua",
    ),
    _meaning(
        "HD",
        12,
        rf"(?:gui|gop|dong gop|nhan|soan)(?: \w+){{0,2}}? {_IDEA}(?: \w+){{0,4}}? (?:sao|nao"
        rf"|kieu gi)"
        rf"|(?:lam sao|the nao|cach|huong dan|cu phap)(?: \w+){{0,4}}? (?:gui|nhan|soan|gop)"
        rf"|(?:gop y|gui|nhan|soan)(?: tin)?(?: \w+){{0,2}}? (?:the nao|lam sao|sao|ra sao)"
        rf"|muon (?:gui|gop|dong gop|hien ke)(?: mot| cai)*(?: {_IDEA})?"
        r"|^(?:\w+ ){0,2}?ai (?:day|vay|the|do)|(?:day|so nay|may) la (?:so )?(?:cua )?ai"
        r"|so (?:cua )?(?:ai|may)(?: day| vay| the| do)?",
        "gui gop dong nhan soan tin cach lam sao nao ra huong dan cu phap su_dung bang qua",
        less="truoc roi chua",
        beside=f"{_PEOPLE} {_POLITE} {_THING} xa ubnd canbo",
    ),
    _meaning(
        "CAMON",
        24,
        r"cam on|chao|alo|chuc(?: mung)?|ok|vang|^da|^uh|^u|(?:hay|tot|vui|tuyet|gioi) (?:qua|lam"
        r"|roi)"
        r"|tot|(?:biet|hieu|nhan duoc(?: tin)?|ro|xong) roi|khong co gi|(?:ha|hi|he){2,}|hi|hello"
        r"|xin loi"
        r"|ngu ngon|dang lam gi|khong sao|de toi|de em|nhat tri|you|co ai(?: o do)? khong|can bo"
        r"|tuyet(?: voi)?|good|great|nice"
        r"|ghi nhan|rat vui|de thuong|qua da|qua tuyet|ung ho|ro roi|duoc roi",
        """nhieu lam tot coi hay qua vui ve suc khoe hanh phuc moi an khang thinh vuong thanh cong
        cuoi tuan viec phuc vu tan tinh nhiet quan tam tra loi nhanh su rat da duoc nhan hieu
        biet ro len xem lai roi bao sau ho tro giai quyet ngon ngu vay so much very tin luon
        binh doi dong y nghe y kien ba con don tin nhan hom qua nay truoc sau som toi den mai
        gui ve cac nhau nam ngay tuan cua giang sinh noel tet le phu nu quoc te doc lap vi de o
        mung troi cuoi goi ghi buoi sang chieu cang phat trien ung morning""",
        less="ket thieu chua khong can muon phai dau gi nao ai cung moi_nguoi",
        beside=f"{_PEOPLE} {_POLITE} {_OFFICE}",
    ),
)
_EARLIER = r"(?:sang kien|y kien|gop y|de xuat|kien nghi|y)"
_THANKS = ("cam on", "da cam on", "rat cam on", "chuc")
_BY_WORD = {meaning.word: meaning for meaning in _MEANINGS}
# Who says more other words than may stray has none of these meanings.
_BESIDE_ANY = frozenset[str]().union(*(meaning.beside for meaning in _MEANINGS))
# It adds to an earlier idea: an addition may say anything, so it must name what it adds to.
_ADDS = LatePattern(
    rf"\b(?:(?:bo sung|noi them|gop them|noi ro|them vao|viet them"
    rf"|noi lai)(?: \w+){{0,4}}? {_EARLIER}"
    r"(?: \w+){0,3}? (?:hom|hoi|truoc|vua|cua toi|cua em|cua minh|da gui|toi gui|em gui)"
    rf"|{_EARLIER}(?: \w+){{0,2}}? (?:hom|truoc|vua|hoi)(?: \w+){{0,4}}? (?:xin them|bo sung"
    rf"|noi them"
    r"|them y|noi ro)"
    rf"|(?:toi|em|minh) (?:co |da )?gui(?: \w+){{0,2}}? {_EARLIER}(?: \w+){{0,4}}? (?:bo sung"
    rf"|noi them)"
    rf"|quen(?: \w+){{0,2}}? noi them|noi them(?: \w+)? (?:cho|ve) {_EARLIER})\b"
)
# "Em bổ sung ạ: …": what is added stands behind the sign.
_ADDS_BELOW = LatePattern(
    r"\W*(?:\w+ ){0,3}?(?:bo sung|noi them|gop them|viet them)"
    r"(?: them| y| a| ti| chut| the nay)*\s*:"
)
_ADDS_TO_CODE = LatePattern(r"\b(?:bo sung|noi them|gop them|noi ro|them vao|viet them|xin them)\b")
_WITHIN_WORDS = 14


def of(text: str, *, has_code: bool = False, office: str = "") -> str:
    """Return the SMS word that a text means, "" if it is an idea or might be one. `text` is without
    its code; `has_code` says that one stood in it.

    Beside our words: CAMON for thanks, greetings and chat, HOI for a question about procedures,
    NHAM for a text that was meant for somebody else.
    """
    if not any(letter.isalnum() for letter in text):
        return "" if has_code or not text.strip() else "CAMON"
    said = _as_one_word(everyday.plain(text))
    if has_code and is_only_polite(said):
        return "TT"
    seen = _Said(said)
    if word := _meaning_of(seen, has_code=has_code):
        return word
    if _adds(said, has_code=has_code) or _ADDS_BELOW.match(fold(text)):
        return "BS"
    if has_code:
        return ""
    if not_ideas.asks_the_counter(said):
        return "HOI"
    return "NHAM" if not_ideas.is_for_somebody_else(said) else ""


def _meaning_of(said: _Said, *, has_code: bool) -> str:
    if len(said.words - _BESIDE_ANY) > _STRAYS:  # as in most ideas
        return ""
    if said.text.startswith(_THANKS) and _BY_WORD["CAMON"].is_in(said):
        return "CAMON"
    for meaning in _MEANINGS:
        if meaning.is_in(said) and not (has_code and meaning.word in ("CAMON", "HD")):
            return meaning.word
    return ""


def _as_one_word(said: str) -> str:
    """Return plain words with the office's and its people's names as one word each."""
    if "nhan dan" in said or "phuong" in said:
        said = _OFFICE_IN_FULL.sub("ubnd", said)
    said = said.replace("can bo", "canbo")
    return re.sub(r"\b(khi|luc|chung) mo\b", "khi nao", said) if " mo" in said else said


def _adds(said: str, *, has_code: bool) -> bool:
    head = " ".join(said.split()[:_WITHIN_WORDS])
    return bool((_ADDS_TO_CODE if has_code else _ADDS).search(head))


def is_only_polite(said: str) -> bool:
    """Say whether plain words add nothing to the word that they stand behind."""
    return _ONLY_POLITE.issuperset(_without_noise(said).split())


def _without_noise(said: str) -> str:
    """Return plain words without numbers and laughter."""
    return _NOISE.sub(" ", said)
