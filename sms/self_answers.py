"""Recognises texts that a telephone wrote by itself: while its owner drives, meets or sleeps; or
that an operator wrote about a missed call.

The rule is careful: every clause must be one that telephones write, and at least one must be theirs
alone. "Tôi đang lái xe. Đường ấp 3 xấu quá" is a person's. The text is read folded; nothing here
opens the store.
"""

import re

from shared.domain.late_pattern import LatePattern
from shared.domain.vietnamese import fold

_MOST_WORDS = 60
# Separators of clauses. Quotes and hyphens are none.
_ENDS = re.compile(r"[.!?;:,\n()\[\]{}|*…–—]+|\s-\s|^-")
_WORD = re.compile(r"\w+")
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")

_ME = "(?:toi|tui|minh|em|anh|chi|chu|co|bac|chung toi|chung em|ben minh)"
_YOU = (
    "(?:cho|voi|toi|den|cua|ban|anh|chi|em|minh|quy khach|quy vi|ong|ba|cac ban|moi nguoi|cuoc goi|"
    "tin nhan|dien thoai|lai|dien|nay)"
)
_NOW = (
    "(?: (?:hien tai|hien gio|luc nay|bay gio|ngay bay gio|ngay luc nay|hom nay|roi|nhe|nha|a|"
    "mot chut|mot lat|it phut|cho den (?:het )?ngay [0-9 ]+))*"
)
_PRESENTLY = "(?:(?:hien tai|hien gio|hien nay|hien|bay gio|luc nay|do) )?"
_DOING = (
    "(?:rat |hoi |kha )?(?:ban(?: viec| hop| mot chut| chut| chut viec| cong viec| cong tac)?|"
    "lai (?:xe|oto|o to)|chay xe(?: may)?|di (?:duong|xe|cong tac|vang)|cong tac|hop|"
    "(?:o |tham gia |du )?(?:trong )?(?:mot )?(?:cuoc|buoi) hop|"
    "(?:o )?(?:trong )?(?:lop|gio|buoi)(?: hoc| lam viec| nghi)?|"
    "ngu|nghi ngoi|(?:o )?rap(?: chieu phim)?|(?:xem|coi) phim|nghi (?:phep|le|trua|mat|om)|"
    "vang mat|"
    "o nuoc ngoai|tren duong(?: toi| den| ve)?|tap the duc|an com|nghe (?:may|dien thoai)|"
    "(?:o |trong |nghe )*(?:mot )?cuoc goi khac|tap trung|"
    "(?:lai xe |o |bat |va |trong )*(?:voi )?(?:che do |tinh nang )?"
    "(?:khong lam phien|tap trung|lai xe)"
    "(?: khi lai xe)?(?: duoc| dang)?(?: bat)?)"
)
_UNABLE = (
    "(?:khong|chua|ko) (?:the |tien |co the )*(?:noi chuyen(?: dien thoai)?|bat may|nhac may|"
    "(?:nghe|tra loi|nhan|xem|phan hoi)(?: duoc)? (?:may|dien thoai|cuoc goi|"
    "tin nhan)(?: cua ban)?)"
    "(?: duoc)?"
)
_WHEN_ABLE = (
    "(?:toi |minh |em )?(?:den noi|toi noi|den noi can den|ranh|xong viec|xong|hop xong|co the|"
    "co thoi gian|ket thuc|lai xe xong|ve|den)(?: can den)?"
)
_SOON = (
    f"(?: (?:sau|ngay|som|som nhat|co the|ngay khi co the|trong it phut(?: nua)?|trong chot lat|"
    f"sau it phut(?: nua)?|sau mot lat|khi {_WHEN_ABLE}|duoc|khong|nhe|nha|a))*"
)
_ANSWERS = "goi|goi dien|lien lac|lien he|tra loi|phan hoi|hoi am|nhan tin|xem|doc"
# Clauses that no citizen writes to an office as a whole message.
_TELEPHONES_OWN = (
    rf"(?:da |alo )?(?:xin loi )?{_PRESENTLY}(?:{_ME} )?(?:hien )?(?:dang|van dang|dang phai) "
    rf"{_DOING}"
    rf"(?: (?:va|nen|vi the) (?:{_ME} )?(?:{_UNABLE}|da bat che do {_DOING}|bat {_DOING}|"
    rf"(?:se )?khong nhan (?:duoc )?thong bao))?{_NOW}",
    rf"(?:xin loi )?{_UNABLE} (?:bay gio|luc nay|ngay bay gio|ngay luc nay)",
    rf"(?:xin loi )?{_PRESENTLY}{_ME} (?:hien |"
    rf"tam thoi )?{_UNABLE}{_NOW}(?: vi (?:dang )?{_DOING})?",
    rf"(?:xin loi )?(?:hien(?: tai)?|tam thoi) {_UNABLE}{_NOW}",
    rf"(?:{_ME} (?:se|co the|xin phep)|se)(?: co gang)? (?:{_ANSWERS})(?: {_YOU})*{_SOON}",
    rf"{_ME} (?:se|dang) (?:den|toi|qua|ve)(?: ngay| noi)?{_NOW}",
    r"(?:(?:ban |anh |chi )?hay |vui long )?(?:tra loi|nhan|nhap) khan cap de (?:gui|"
    r"nhan)[\w ]{0,90}",
    rf"(?:che do )?(?:khong lam phien|tap trung)(?: khi lai xe)? (?:da |dang |duoc )*bat{_NOW}",
    r"(?:sorry )?(?:im|i am|we are) (?:currently |now |right now |just )?(?:driving|busy|"
    r"in a meeting|"
    r"(?:in|on) a(?:nother)? (?:phone )?call|in class|in the car|sleeping|asleep|"
    r"at (?:the )?(?:movies?|cinema|theat(?:er|re)|work|gym)|on my way|away(?: from [\w ]{1,20})?|"
    r"out of (?:the )?(?:office|town)|on (?:annual )?(?:leave|vacation|holiday)|not available|"
    r"unavailable|unable to (?:talk|answer|take)[\w ]{0,30})(?: (?:right now|now|at the moment|"
    r"at this time))?(?: (?:with|and)[\w ]{0,60})?(?: (?:until|till|from|through)[\w ]{0,40})?",
    r"(?:sorry )?(?:i )?(?:cant|cannot|can not|am unable to) (?:talk|answer|pick up|take your call|"
    r"come to the phone|speak|text|reply)(?: (?:to you|the phone|you|your message|your call))?"
    r"(?: (?:right now|now|at the moment))?(?: (?:because|as) [\w ]{0,40})?",
    r"(?:ill|i will|can i|may i|well|we will) (?:call|text|get back to|reply|respond|see|contact|"
    r"answer|read|message)\b[\w ]{0,70}",
    r"(?:im|i am) not receiving notifications",
    r"(?:if (?:this|it) is urgent )?reply urgent to[\w ]{0,100}",
    r"(?:driving(?: focus| mode)?|do not disturb)[\w ]{0,40}",
    r"(?:this is an? )?(?:auto(?:mated|matic)?) ?(?:reply|response|message|answer)[\w ]{0,40}",
    r"day la (?:tin nhan|thu|cau)(?: tra loi| phan hoi| duoc gui)* tu dong[\w ]{0,40}",
)
# Clauses that stand beside such a clause and add nothing.
_BESIDE_IT = (
    rf"(?:rat )?(?:xin loi|tiec)(?: {_YOU})*(?: vi su bat tien(?: nay)?)?",
    rf"(?:xin )?(?:cam on|chao|xin chao|alo|hi|hello|kinh chao)(?: {_YOU})*"
    rf"(?: (?:da|vi da|vi) (?:{_ANSWERS})(?: {_YOU})*(?: chung toi| ben minh)?)?",
    rf"(?:(?:vui long|xin|lam on|hay|moi|nho|xin vui long) )?(?:{_YOU} )*(?:{_ANSWERS}|de lai|gui|"
    rf"thu lai)(?: {_YOU}| loi nhan)*(?: (?:sau|luc khac|khi khac|vao luc khac|sau it phut|"
    rf"sau [0-9]+ phut|tin nhan|duoc|khong|nhe|nha|a))*",
    r"(?:ban )?co (?:viec|chuyen|dieu) gi (?:vay|the|khong|khong vay|khong a|a)",
    r"(?:ban|anh|chi) can gi(?: vay| the| khong| a)*",
    r"neu(?: (?:can|co viec|day la|la|viec|truong hop|ban can))?(?: truong hop| viec)? ?(?:gap|"
    r"khan cap|khan)?",
    rf"(?:viec gap|viec khan|truong hop khan cap)(?: (?:vui long|xin|"
    rf"hay) (?:{_ANSWERS})(?: {_YOU})*)?",
    rf"(?:(?:lat nua|chut nua|mot lat nua|ti nua|lat|ti|chut|chieu nay|toi nay|"
    rf"mai) )?(?:{_ME} )?(?:{_ANSWERS}) lai(?: {_YOU})*"
    rf"{_SOON}",
    rf"{_UNABLE}{_NOW}",
    r"(?:vui long|xin(?: vui long)?|hay) (?:khong|dung) (?:tra loi|phan hoi|goi lai)"
    r"(?: (?:vao|toi|lai|cho|tin|nhan|nay|so|dien thoai))*",
    rf"{_ME} (?:se |hien )?khong nhan (?:duoc )?thong bao{_NOW}",
    r"(?:hen )?(?:gap|noi chuyen)(?: lai)?(?: ban)? sau",
    r"(?:tran trong|than men|than)",
    r"(?:tin nhan )?(?:duoc )?gui tu [\w ]{1,40}",
    r"(?:so |very )?sorry(?: about that)?|hi|hello|hey|thanks|thank you[\w ]{0,50}|whats up",
    r"(?:please )?(?:call|text|message|try|contact|email)(?: me| us| again| back| later)*",
    r"if (?:this|it)s? (?:is )?urgent[\w ]{0,60}|ill be there[\w ]{0,20}|sent from my [\w ]{1,20}",
    r"talk (?:to you )?(?:soon|later)|regards|best regards",
)
_LABEL = LatePattern(
    r"\W*(?:(?:tin nhan|thu|cau)? ?(?:tra loi|phan hoi|hoi am)? ?tu dong|auto(?:mated|matic)?[ -]?"
    r"(?:reply|response|message)|tu dong (?:tra loi|phan hoi)|out of office)\W*[\]:\n]"
)
_PROPOSES = LatePattern(
    r"\b(?:nen|de nghi|kien nghi|de xuat|gop y|sang kien|xa|ubnd|uy ban|nguoi dan|ba con|thu tuc|"
    r"can bo|duong)\b"
)
_NUMBER = r"\+?\d[\d .]{7,14}"
# An operator about a call: "TB: thue bao 0912… da goi cho ban luc …" (SMS of missed-call services).
_ABOUT_A_CALL = LatePattern(
    rf"[\W_]*(?:(?:tb|tbcn|thong bao|mca|viettel|vinaphone|mobifone|cuoc goi nho)[\W_]+)*(?:"
    rf"(?:thue bao|so thue bao|so may|so dien thoai|so|sdt)?[\s:]*{_NUMBER}\s*(?:da |vua |co )+"
    r"(?:goi|lien lac)(?: nho| den| toi| cho)* (?:ban|quy khach|may)(?: quy khach| ban)?"
    r"\s*(?:luc|vao|ngay|lan|\d|[.,;:(]|$)"
    rf"|(?:thue bao|so thue bao|so may|so dien thoai|so)[\s:]*{_NUMBER}\s*(?:ma ban vua goi |"
    rf"quy khach"
    r" vua goi |vua goi |hien |nay |bay gio )*(?:da |co the )+(?:san sang )?(?:lien lac|mo may|"
    r"bat may|nhan cuoc goi)"
    r"|(?:ban|quy khach) (?:vua |da )?co (?:\d+ )?cuoc goi (?:nho|lo)\b"
    rf"|(?:\d+ )?cuoc goi (?:nho|lo) (?:tu|cua)(?: so| thue bao)?[\s:]*{_NUMBER}"
    rf"|(?:you have )?(?:a |\d+ )?(?:new )?missed calls?\b"
    rf"|so[\s:]*{_NUMBER}\s*goi luc"
    r"|(?:thue bao|so thue bao|so may|so dien thoai|so) (?:ma )?(?:quy khach|ban) vua goi "
    r"(?:hien |nay |bay gio |tam thoi |da |khong |co the |san sang )*(?:lien lac|mo may))"
    rf"|[\W_]*(?:tb\W+)?(?:mca|tbcn|cuoc goi nho)\W+{_NUMBER}\W*(?:da goi(?: nho)?\W+)?"
    r"(?:\d+ lan\W+)?(?:luc|vao|ngay)\b"
)
_LONGEST_NOTICE = 240


def is_one(text: str) -> bool:
    """Say whether a telephone or an operator wrote this text, and no person any part of it."""
    folded = fold(_APOSTROPHES.sub("", text))
    if len(folded.split()) > _MOST_WORDS:
        return False
    if len(folded) <= _LONGEST_NOTICE and _ABOUT_A_CALL.match(" ".join(folded.split())):
        return not _PROPOSES.search(folded)
    if _LABEL.match(folded):
        return not _PROPOSES.search(folded)
    clauses = [" ".join(_WORD.findall(one)) for one in _ENDS.split(folded)]
    said = [one for one in clauses if one]
    known = [_is_telephones_own(one) for one in said]
    return any(known) and all(
        own or _BESIDE.fullmatch(one) for one, own in zip(said, known, strict=True)
    )


def _is_telephones_own(clause: str) -> bool:
    return bool(_OWN.fullmatch(clause))


_OWN = LatePattern("|".join(f"(?:{one})" for one in _TELEPHONES_OWN))
_BESIDE = LatePattern("|".join(f"(?:{one})" for one in _BESIDE_IT))
