"""Tells what people write to the office that is no idea: questions about procedures, and texts that
were meant for somebody else.

Both rules are careful, for what they find becomes no case: one word of a proposal, of a trouble or
of other people makes the text an idea. Words are read plain (shared/domain/everyday.py).
"""

from shared.domain.late_pattern import LatePattern
from shared.domain.sms_idea import names_a_remedy, only_names_a_trouble

_MOST_ASKED, _MOST_OF_HOURS, _MOST_PRIVATE = 26, 16, 16
# A paper or a service of the counter …
_SERVICE = LatePattern(
    r"\b(?:khai sinh|khai tu|ket hon|kethon|ly hon|doc than|hon nhan|chung thuc|cong chung|sao y"
    r"|can cuoc|cccd|cmnd|chung minh|ho khau|tam tru|tam vang|thuong tru|nhap khau|ho tich|so do"
    r"|so hong|dat dai|ho so dat|tach thua|sang ten|chuyen muc dich|chuyen nhuong|giay phep"
    r"|xay dung|bao hiem|bhyt|tro cap|ho ngheo|can ngheo|ly lich|trich luc|cai chinh|ho so|thu tuc"
    r"|giay to|giay xac nhan|xac nhan|ho chieu|bang lai|the bao hiem|nhap hoc|nghia vu|vay von"
    r"|le phi|phi"
    r"|dinh danh|vneid|giay"
    r"|khuyet tat|nguoi cao tuoi|kinh doanh|mat giay|con nuoi|giam ho|dang ky|tien dien|thue)\b"
)
# … or the office itself …
_OFFICE = LatePattern(
    r"\b(?:xa|ubnd|uy ban|mot cua|can bo|tu phap|dia chinh|chu tich|cong an|tru so|van phong)\b"
)
# … and what is asked about it.
_ABOUT = LatePattern(
    r"\b(?:can (?:\w+ ){0,4}gi|mang (?:\w+ ){0,3}gi|(?:nhu )?the nao|lam sao|ra sao|o dau|cho nao"
    r"|bao nhieu|bao lau|mat may|may (?:ngay|gio|tien|ban|bua)|ngay nao|khi nao|chung nao|luc nao"
    r"|gap ai|hoi ai|ai (?:lam|ky|nhan)|co (?:can|phai|bi|duoc|lam|nhan|thuoc"
    r"|cap)(?: \w+){0,6} khong|can phai|hay len"
    r"|xong chua|co chua|xin hoi|cho (?:\w+ )?hoi|muon hoi|hoi ve|hoi thu tuc|(?:duoc|dung) khong"
    r"|den dau|sao (?:a|vay|ha|he)"
    r"|lam sao|nhung gi|giay gi|gom gi|(?:nop|di|den|len|ra) (?:dau|cho nao)"
    r"|dau (?:vay|a))\b|\bsao$"
)
_HOURS = LatePattern(
    r"\b(?:may gio|gio nao|ngay nao|o dau|dia chi|(?:xin|cho|hoi|biet)(?: \w+){0,4} so dien thoai"
    r"|so dien thoai(?: \w+){0,6} (?:la|so may|bao nhieu|nao)|thoi gian lam viec|gio lam viec"
    r"|hom nao|lich (?:tiep|lam|truc)"
    r"|co (?:lam|mo|tiep|truc|nghi)(?: \w+){0,4} khong|lam viec(?: \w+){0,4} khong|nghi khong"
    r"|co lam khong|mo cua chua|lam den may|lam toi may|so may"
    r"|(?:nghi|lam)(?: viec)? (?:may (?:ngay|hom|gio|bua)|den (?:may|ngay nao|hom nao)))\b"
)
# … or only on which day it is open: "chủ nhật có mở cửa không".
_OPEN_ON = LatePattern(
    r"^(?:cho hoi |xin hoi |da )?(?:sang |chieu |trua )?"
    r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|mai|nay|hom nay|ngay mai|ngay le)"
    r"(?: (?!nen)\w+)? co (?:lam|mo|tiep|truc|nghi)(?: (?:viec|cua|dan|nhan))*"
    r" khong(?: a| vay| ha)?$"
)
# Words of proposals, of troubles and of other people: then it is no mere question.
_MORE = LatePattern(
    r"\b(?:nen|de nghi|kien nghi|de xuat|gop y|sang kien|y kien|phai chi|gia nhu|uoc gi|mong"
    r"|lam on|tai sao|vi sao|sao (?:khong|lai|xa|ma|can bo|cu|phai)|cai gi cung|lau qua|qua lau"
    r"|cham|hoai|kho (?:qua|khan)|phien|met|ruom ra|nhieu lan|[2-9] lan|may lan"
    r"|(?<!tiep )(?<!nhan )dan|ba con|nguoi ta"
    r"|(?<!tro cap )nguoi gia|cong nhan|qua mang|online|zalo|tai nha|thay vi|khoi phai"
    r"|do phai|cho phep"
    r"|bot"
    r"|bo di"
    r"|nhan tin|phan anh|to cao|khieu nai|bat (?:dan|toi|nop|phai)|them (?:mot|1|cai|nguoi)|duong"
    r"|den duong|cay_cau|rac|cong thoat|nuoc sach|loa|cai_cho|ke hoach|may lay so|day du"
    r"|cong khai|(?:dau|nao|ai|gi|may|luc nao) cung|(?:lam|nop|gop) chung|mot luot|cung luc"
    r"|cho roi)\b"
)
# For whom a paper is, which says nothing more: "đăng ký tạm trú cho người thuê trọ làm sao".
_FOR_WHOM = LatePattern(
    r"(?<=\w )cho (?:con|chau|me|bo|ba|ma|vo|chong|em|nguoi (?:thue|than|nha|gia|o tro|mat|chet))\b"
)

# Whom a private text is addressed to …
_KIN = r"(?:me|ma|bo|ba|vo|chong|ck|vk|cung|bae|may_ta|may|tao|shop|ship|bong|ox|bx|cha|tia)"
_CALLED = LatePattern(
    rf"^(?:alo |e |nay )?(?:{_KIN}|anh|em|chi|con|bac|cau|di|[a-z]+) (?:oi|yeu|ui)\b|^{_KIN}\b"
    rf"|\b(?:shop|ship)\b"
    r"|^(?:con|anh|em) (?:ve|dang|ngu|an|di) |^(?:mai|toi nay|buoi_toi nay|chieu nay|chieu|trua"
    r"|chieu nay) (?:di|nhau|ranh)\b"
)
# … and what people write to one another.
_PRIVATE = LatePattern(
    r"\b(?:an (?:com|sang|toi|gi|chua)|ngu (?:chua|di|ngon)|nho (?:anh|em|don)|ve (?:chua|an|nha"
    r"|som)"
    r"|don (?:con|em|anh|o)|het tien|chuyen (?:cho|khoan)|chuyen tien|nhau|da banh|da bong|cafe"
    r"|ca phe|mua (?:giup|ho|cho|gi|ti)|bich|size|ship|hang|gia bao nhieu|toi truong|den truong"
    r"|toi cong|den cong|xuong (?:mo|don|lay)|di choi|di hoc|yeu|hon|toi roi|den roi|toi dau"
    r"|den dau"
    r"|toi noi|o nha khong|mau nay|con hang|shop con|hop sua|ao nay|cai nay con|ranh khong|thuong"
    r"|di (?:an|uong|nhau"
    r"|da|cho_buon|cho))\b"
)
_CIVIC = LatePattern(
    r"\b(?:xa|ubnd|uy ban|can bo|chu tich|ap|thon|khom|dan|ba con|nguoi dan|duong|den duong|cay_cau"
    r"|rac|nuoc|dien|ho so|giay|thu tuc|loa|nen|de nghi|gop y|y kien|sang kien|kien nghi"
    r"|quay"
    r"|mot cua|chung thuc|khai sinh|can cuoc|dang ky|tru so|tram|cong an|tu phap|dia chinh"
    r"|phong(?! tro)"
    r"|kenh|muong|cong thoat|bao hiem|tro cap|dat|nop|moi nguoi)\b"
)


# What people write to nobody but their own, and a word to a person beside it.
_SURELY_PRIVATE = LatePattern(
    r"\b(?:nau com|an com|dam (?:cuoi|gio|cung)|don (?:con|em|anh|vo|chong|bo|me)|mo cong|stk"
    r"|chuyen (?:khoan|tien)|(?:tra|con|cho|ghi) no|cuoi thang tra|phong tro"
    r"|ve (?:tre|som|an|nha|que|roi"
    r"|chua|ne|den)|(?:toi|den) (?:noi )?(?:roi|chua)|da bong|da banh"
    r"|di (?:choi|nhau|hoc|bien|cafe|an)"
    r"|nghe may|bat may|tra loi tin|dang (?:o dau|lam gi|di dau)|o dau (?:day|vay|do|the)|ngu chua"
    r"|an chua|nho (?:anh|em|vo|chong|con)|ship|sinh nhat|mua (?:giup|ho|cho|ti|do|it)|rua chen"
    r"|quet nha|cho (?:ga|heo|lon|bo) an|giat do|lam bai|hoc bai|danh bai|nhau|ruou|lo de|so de)\b"
)
_TO_A_PERSON = LatePattern(
    r"\b(?:nhe|nha|nghe|nghen|nhen|ne|hen|do|oi|ui|em|anh|chi|con|me|ma|bo|ba|vo|chong|ck|vk|may|may_ta"
    r"|tao|bay|cau|di|bac|bong|ong xa|ba xa|vay|day|toi roi)\b"
)
# Words of what an office is to do, in a text that may be for somebody else.
_PUBLIC = LatePattern(
    r"\b(?:som hon|tre em|hoc sinh|on ao|om som|karaoke|cam|phat|quy dinh|tap trung|cong cong"
    r"|van hoa|hop|bao cao|hoi|doan|to dan|giup dan|tinh nguyen|chinh quyen|moi nha|ho gia dinh)\b"
)
_MOST_SURE = 12


def asks_the_counter(said: str) -> bool:
    """Say whether plain words only ask about a procedure, or when and where the office is open."""
    if _OPEN_ON.search(said):
        return True
    said = _FOR_WHOM.sub("", said)
    if len(said.split()) > _MOST_ASKED or _MORE.search(said) or names_a_remedy(said):
        return False
    if _SERVICE.search(said) and _ABOUT.search(said):
        return True
    is_short = len(said.split()) <= _MOST_OF_HOURS
    return bool(is_short and _OFFICE.search(said) and _HOURS.search(said))


def is_for_somebody_else(said: str) -> bool:
    """Say whether plain words were meant for the sender's family, friends or a shop."""
    if len(said.split()) > _MOST_PRIVATE or _CIVIC.search(said):
        return False
    if _CALLED.search(said) and _PRIVATE.search(said):
        return True
    rest = _SURELY_PRIVATE.sub("xx", said)
    if rest == said or len(said.split()) > _MOST_SURE or not _TO_A_PERSON.search(rest):
        return False
    return not (_PUBLIC.search(said) or names_a_remedy(said) or only_names_a_trouble(rest))
