"""An SMS read as a proposal: it is all we get, so it is never refused."""

from shared.domain.everyday import plain
from shared.domain.late_pattern import LatePattern
from shared.domain.proposal import NOT_ASKED, NewProposal
from shared.domain.typed_keys import decoded
from shared.domain.vietnamese import clean, one_line

AUTO_TITLE_LETTERS = 80


def read_sms(text: str, sender: str, *, heading: str = "") -> NewProposal:
    """Return the proposal that an SMS is; `sender` is E.164, or a name or short code that cannot
    be answered. `heading` is the text without what is only a mark in it.

    The whole text is the solution, or the current state if it only names a trouble. The title is
    the heading's first 80 letters, cut at a word, with the keys of a switched off keyboard put
    together. The text alone is enough: a citizen's SMS is never refused.
    """
    words = clean(text)
    trouble = only_names_a_trouble(words)
    return NewProposal(
        channel="sms",
        participant_type=NOT_ASKED,
        title=auto_title(clean(heading) or words),
        title_is_own=False,
        solution="" if trouble else words,
        current_state=words if trouble else "",
        phone=sender if sender.startswith("+") else None,
    )


def auto_title(text: str) -> str:
    """Return the first 80 letters of a text as it was meant, cut at a word."""
    line = one_line(decoded(text))
    if len(line) <= AUTO_TITLE_LETTERS:
        return line
    head = line[: AUTO_TITLE_LETTERS + 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > AUTO_TITLE_LETTERS // 2 else head[:-1]) + "…"


# What somebody says who proposes something. A verb alone is none: "làm giấy", "thêm giấy này giấy
# kia", "mở cửa trễ" tell of a trouble.
_WHOM = (
    r"(?:ba con|nguoi|dan|cac|hoc sinh|cong nhan|chung toi|nop|hen|dang ky|ky|phep|xem|them|mo"
    r"|(?:toi|em) (?!hoi|xin|biet|xem|gap|rut|nhan|muon|gui|bo sung))"
)
_REMEDY = LatePattern(
    r"\b(?:nen|can (?:phai|co|them|lam|mo|dat|mot)|xin (?:xa|hay|cho|them|de nghi|gop|co)"
    r"|hay (?:de|cho|lam|mo|dat|bo)"
    r"|de nghi|kien nghi|de xuat|gop y|hien ke|sang kien|y kien (?:cua )?(?:toi|em|minh)|y toi"
    r"|theo (?:y )?(?:toi|em|minh)|cho phep|uoc gi|phai chi|(?<!nguoi )gia nhu|gia ma"
    r"|mong|hy vong|chi bang"
    r"|hay la|lam on|vui long|bieu|sao (?:xa )?khong|(?:tai|vi) sao (?:xa )?khong"
    rf"|cho {_WHOM}|de (?:ba con|dan|nguoi (?:dan|gia|lon)|moi nguoi)|giup (?:ba con|dan|nguoi|cho)"
    r"|(?<!can )bo (?:bot|di|luon|giay|quy|viec|thu tuc|khau|buoc|cai)|giam (?:bot|giay|phi|thoi"
    r"|thu tuc)"
    r"|bot (?:giay|di|ban|thu tuc|lai)"
    r"|(?:them|dat|gan|lap|mua|treo|dung|bo tri|cu|phan cong) (?:them|mot|hai|1|2|3|cai|may|nguoi"
    r"|quay|ban|ghe|den|bang|thung|binh|bien|camera|quat|mai|can bo|doan|lich|hom|giup|nhom|to"
    r"|mau|san)"
    r"|lam (?:them|bang|bien|mau|san|giup|cai (?:bang|mai|ban|nha|san|cong|loi|ke))"
    r"|mo (?:them|lop|quay|mot|rong|den|tu|som"
    r"|suot|cua (?:them|som|tu|den|luc|thu|ca|buoi|ngay|trua"
    r"|sang))|(?:doi|chuyen) (?:qua|sang|thanh) (?:nhan|goi|gio|buoi|ngay|thu|zalo|may|mau|ho so)"
    r"|(?:lam|nop|gop|giai quyet|xu ly|dang ky) (?:chung|luon) (?:mot|1|ho so|luot|lan|don)"
    r"|lap (?:trang|duong day|hop|ban|dat|dien|the|doi)|lap dat|bo tri|dan (?:lich|bang"
    r"|ma|thong|gio)"
    r"|gop (?:chung|lai|thanh|cac|vao)|bao truoc|hen (?:gio|truoc|lich|ngay (?:len|tra|gio))"
    r"|thay (?:vi|bang|the|doi)|chuyen (?:sang|thanh)|cong khai|in san|lam san"
    r"|(?:thi|la) (?:hay|tot|tien|le|nhanh|do|duoc|xong|xa cho|xa mo|qua tot)|khoi (?:phai|mat"
    r"|chay|di)"
    r"|nhan tin (?:bao|cho|hen|truoc)|goi dien (?:bao|hen|truoc)|huong dan (?:ba con|dan|nguoi)"
    r"|su_dung (?:tin nhan|zalo|ma|may|phan mem|chung|app)|ung dung|(?:nhan|nop"
    r"|tra) (?:\w+ ){0,2}(?:qua|tai) (?:zalo|buu dien|nha)"
    r"|nho (?:xa|can bo|doan|thanh nien)|dung (?:zalo|ma|tin nhan|may|bat))\b"
)
# Hours, ways and feelings: what troubles people.
_TROUBLE = LatePattern(
    r"\b(?:lau|kho|cham|doi|met|cuc|phien|ruom ra|mat (?:cong|thoi gian|ca|nguyen|may|nua|ngay"
    r"|buoi)"
    r"|nhieu lan|may lan|(?:hai|ba|bon|nam|[2-9])(?: [a-z]+)? lan|bon ban|lan nao|oai|vat va"
    r"|mat luong|buc minh|chan (?:qua|lam)|di (?:len|toi|den|qua) di|di toi di"
    r"|len xuong"
    r"|cho (?:ca|hoai|den|toi|mai|nguyen|[0-9]+|lay)|(?:phai|ngoi|dung|con) cho|xa (?:lam|qua|xoi"
    r"|xa)"
    r"|khong biet|khong (?:gap|kip|hieu|ranh|ai|thay|xong|noi|nghe|co ai|co cho)"
    r"|khong (?!can|phai)(?:\w+ ){1,4}(?:duoc|noi|ro)|chua (?:xong|gap|duoc|co|thay|den|toi)"
    r"|ngap|lut|lay loi"
    r"|dong cua|chen ngang|ngai|chap chon|bi (?:tu choi|tra lai|lo|mat|ket)|loay hoay"
    r"|thieu|hu|hong|be nat|dong (?:qua|nguoi|nghet|lam)|ton|kho chiu|tre|hoai|buoi_toi (?:lam"
    r"|thui|qua)"
    r"|toi (?:thui|lam|qua)|moi chan|te|ket|tac|gat gong|xiu|chay (?:toi|di|len|muon|ve|hoai)"
    r"|khong ro"
    r"|bat (?:photo|nop|di|lam|phai)|ron|duc|roi (?:qua|ram|lam))\b"
)


def names_a_remedy(said: str) -> bool:
    """Say whether plain words (everyday.py) propose something."""
    return bool(_REMEDY.search(said))


def only_names_a_trouble(text: str) -> bool:
    """Guess whether a text says what is wrong but not what to do."""
    said = plain(text)
    return bool(_TROUBLE.search(said)) and not names_a_remedy(said)
