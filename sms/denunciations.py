"""Recognises a text that denounces somebody or complains of a decision: it belongs to the reception
of citizens (Law on Denunciations, Law on Complaints), and only one person reads it.

"Nên có hộp thư tố cáo giấu tên" is an idea. Where a text may be either it counts as a denunciation:
it is kept all the same, and the person who reads it can open it to the others.
"""

from shared.domain import everyday
from shared.domain.late_pattern import LatePattern
from shared.domain.sms_idea import names_a_remedy

_ACT = r"(?:to cao|to giac|khieu nai|khieu kien|kien cao)\b(?! giau ten| nac danh)"
# Who speaks for themselves does it …
_SAYS_SO = LatePattern(
    rf"^{_ACT}|\b(?:toi|em|chau|chung toi|gia dinh)(?: \w+)?(?: xin| muon| se| phai"
    rf"| lam don)* {_ACT}"
)
# … and who only mentions it may propose something about it.
_MENTIONS = LatePattern(
    rf"\b(?:ba con|ho dan|nguoi dan|xin|muon|se|phai|lam don|gui don|don) {_ACT}"
)
_ACCUSES = LatePattern(
    r"\b(?:(?:nhan|an|doi|dua|vi) hoi lo|an chan|chan tien|an (?:bot |het )?tien|an bot|voi tien"
    r"|voi vinh"
    r"|doi (?:\w+ )?tien|doi (?:\w+ )?phong bi|lot tay|vi tien|nhung nhieu|tham nhung|tham o"
    r"|bien thu"
    r"|(?:lay|rut|an cap) tien (?:quy|cua dan|cong|cuu tro|ho tro)|thu (?:sai|khong|lo) \w* ?tien"
    r"|bo cai_tui|bo toi rieng|khong (?:co )?bien lai|doi (?:\w+ ){0,2}boi duong"
    r"|voi_vinh|(?:can bo|ong|ba|chu|co|anh|chi|cong an)(?: \w+){0,4}? (?:voi|doi)(?: \w+){0,2}?"
    r" [0-9]+ ?(?:trieu|tr|nghin|ngan|k|dong)"
    r"|(?:an |cat |xen |giu )?bot(?: xen)?(?: \w+)? (?:tien|gao|qua) (?:ho tro|cuu tro|tro cap|cua"
    r"|lu)|chay choc|ho ngheo gia"
    r"|(?:lan|chiem|lan chiem|cuop) dat (?:nha |cua )*(?:toi|em|dan|gia dinh|ba con|nguoi ta)"
    r"|bao che|lan (?:chiem )?dat cong|nhan (?:tien|phong bi) (?:cua|moi|bo qua|de)|chay chot"
    r"|hanh dan)\b"
)
# It speaks of how to prevent such things.
_PREVENTS = LatePattern(
    r"\b(?:chong|phong (?:chong|ngua|tranh)|de tranh|tranh (?:nhung|tham|tieu)|khoi|han che"
    r"|ngan chan"
    r"|khong con|giam (?:bot|thieu)|(?<!an )bot(?!(?: \w+)? (?:tien|gao|qua) (?:ho tro"
    r"|cuu tro|tro cap"
    r"|cua|lu))|hop thu|duong day nong"
    r"|tap huan)\b"
)
# A way to denounce, which a proposal speaks of.
_A_WAY = LatePattern(rf"^{_ACT}(?: \w+)?? (?:qua|bang|tren|thi|giau|nac danh|online|truc tuyen)\b")
_PUNISH = LatePattern(
    r"\b(?:de nghi|kien nghi|mong|yeu cau|xin|nho)(?: \w+){0,3}? (?:xu ly|xem xet|kiem tra|lam ro"
    r"|dieu tra|thanh tra|giai quyet|ky luat|xem lai|vao cuoc)\b"
)


def is_one(text: str) -> bool:
    """Say whether a text denounces or complains, and proposes nothing else."""
    return _denounces(everyday.plain(text).removeprefix("sang kien "))


@everyday.kept_until_forgotten
def _denounces(said: str) -> bool:
    is_of_ways = _A_WAY.search(said) and not _ACCUSES.search(said)
    if is_of_ways and names_a_remedy(_PUNISH.sub(" ", said)):
        return False
    if _SAYS_SO.search(said):
        return True
    if not (_MENTIONS.search(said) or _ACCUSES.search(said)) or _PREVENTS.search(said):
        return False
    return not names_a_remedy(_PUNISH.sub(" ", said))
