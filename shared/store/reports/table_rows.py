"""What an export holds beside the register: every other table, column by column, in plain view.

One row of SHEETS a table. A table that is in neither of the lists below would be missing from the
copy an office takes with it; a promise test asks of each new one. Who may read what is decided here
and shown by export.py: a column says whether it holds words, names or numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from shared.db.connection import Store
from shared.store.reports.case_rows import HIDDEN, VEILED

# How a value is shown. `said` are the office's own words of an idea, `words` its sender's, `name`
# what tells of a person, `phone` their number; `choice` is a value that the texts have words for.
Kind = Literal[
    "text", "number", "moment", "day", "tick", "idea", "code", "person", "choice", "said", "words",
    "name", "phone",
]  # fmt: skip
_SURE_KINDS: dict[str, Kind] = {
    "proposal_id": "idea", "other_id": "idea", "into_id": "idea", "actor": "person", "at": "moment",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: what it is called in its table, how it is shown, the key of its heading, and for
    a choice the texts' key without its last part."""

    name: str
    kind: Kind
    head: str
    words: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table as an export holds it: the sheet's name, the columns, and through which table its
    rows come to their idea (None for none or for a column of their own); `order` sorts them."""

    name: str
    table: str
    columns: tuple[Column, ...]
    via: tuple[str, str] | None = None
    order: str = "id"

    @property
    def has_idea(self) -> bool:
        """True where rows belong to an idea that may be somebody's alone."""
        return self.via is not None or any(one.name == "proposal_id" for one in self.columns)


def _columns(spec: str) -> tuple[Column, ...]:
    """Return columns from words "name", "name:kind", "name=heading:kind" or "name:choice/key"."""
    found = []
    for word in spec.split():
        named, _, kind = word.partition(":")
        name, _, head = named.partition("=")
        kind, _, words = kind.partition("/")
        found.append(Column(name, _kind(name, kind), head or name, words))
    return tuple(found)


def _kind(name: str, said: str) -> Kind:
    if said:
        return said  # type: ignore[return-value]  # the list below is ours
    if name in _SURE_KINDS:
        return _SURE_KINDS[name]
    if name.endswith("_at"):
        return "moment"
    return "day" if name.endswith("_on") or name == "since" else "text"


def _sheet(name: str, table: str, spec: str, via: str = "", order: str = "id") -> Sheet:
    table_of, _, column = via.partition(" ")
    return Sheet(name, table, _columns(spec), (table_of, column) if via else None, order)


SHEETS = (
    _sheet("ke-hoach", "campaign", "year legal_basis council_name cutoff_day cutoff_month"
          " cutoff_inclusive:tick service_days number issued_on signer signer_title parent_plan"
          " distribution rubric"),
    _sheet("ten-co-quan", "office_profile", "since name=office_name parent_name place=seat"
          " drafting_unit"),
    _sheet("can-cu", "legal_basis", "text=basis since until:day"),
    _sheet("can-bo", "staff_member", "id login name=staff_name role:choice/staff.role"
          " is_active:tick created_at"),
    _sheet("mo-khan", "opening", "staff_id:person reason=why:said opened_at ends_at ended_at"
          " ended_by:person"),
    _sheet("thiet-bi", "device", "name=device_name created_at enrolled_at revoked_at"),
    _sheet("doan-the", "organisation", "id code=org_code name=org_name ended_on"),
    _sheet("nguoi-nhap", "organisation_clerk", "staff_id:person organisation_id"),
    _sheet("danh-sach", "collective", "id organisation_id title=list_title begun_by:person begun_at"
          " closed_at"),
    _sheet("hoi-vien", "collective_item", "collective_id place=turn proposal_id entered_by:person"
          " entered_at"),
    _sheet("nhap-ho", "entry", "proposal_id way:choice/staff.entry.ways"
          " evidence:choice/staff.entry.evidences why:said entered_by:person entered_at"),
    _sheet("gop", "merge", "proposal_id into_id at", order="proposal_id"),
    _sheet("khac-nhau", "told_apart", "proposal_id other_id actor at"),
    _sheet("hen-lai", "expectation", "proposal_id expected_on set_by:person set_at told_at"),
    _sheet("hai-phan", "completeness", "proposal_id points actor at"),
    _sheet("ghi-chu", "case_note", "proposal_id kind text=note:said actor at"),
    _sheet("che-thong-tin", "redaction", "proposal_id actor at"),
    _sheet("xoa-thong-tin", "erasure", "proposal_id scope cause reason:said actor at settled_at"),
    _sheet("yeu-cau-du-lieu", "data_request", "proposal_id year number=request_number kind"
          " way=request_way name:name phone:phone said=request_said:words identity"
          " third_party:tick received_at respond_by:moment due_at extended_at extended_why:said"
          " answered_at answered_by:person done_at done_by:person outcome answer:said"),
    _sheet("phien-hop", "council_session", "id year held_on place=where chair_id:person"
          " secretary_id:person guests:name opened_at closed_at"),
    _sheet("thanh-vien", "council_seat", "session_id staff_id:person state why"),
    _sheet("ket-luan", "council_item", "id session_id proposal_id"
          " verdict:choice/staff.council.verdict reason:said concluded_at returned_reason:said"
          " signed_at"),
    _sheet("bieu-quyet", "council_vote", "item_id agree:number against:number blank:number actor"
          " at", "council_item item_id"),
    _sheet("bien-ban", "council_minutes", "session_id began ended ended_on closing reserved"),
    _sheet("tep-hoi-dong", "council_file", "proposal_id attachment_id actor at taken_back_at"),
    # Who handed in, never what: a member's own points are nobody else's.
    _sheet("phieu-cham", "council_sheet", "item_id staff_id:person recused:said saved_at"
          " submitted_at", "council_item item_id"),
    _sheet("bo-phieu", "council_ballot", "item_id staff_id:person at", "council_item item_id"),
    _sheet("tham-dinh", "appraisal", "proposal_id opinion:said proposed procedure_id verb timing"
          " actor at"),
    _sheet("thu-tuc", "administrative_procedure", "id code=procedure_code name=procedure_name area"
          " since until:day"),
    _sheet("loi-ich-du-kien", "expected_effect", "proposal_id kind before_value:number"
          " after_value:number"),
    _sheet("lo-trinh", "roadmap_step", "proposal_id what:said due_on state note:said"
          " settled_by:person settled_at"),
    _sheet("tim-de-nhan-rong", "scouting", "proposal_id outcome note:said actor at"),
    _sheet("lam-thu", "trial", "proposal_id place=where from_day:day to_day:day run_by"
          " result:said"),
    _sheet("cong-nhan", "recognition", "proposal_id kind first_applied_on conditions:said"
          " benefits:said contributions:name clock_from:day due_on"),
    _sheet("noi-ap-dung", "adoption", "id proposal_id unit state since effect:said note:said"),
    _sheet("do-dem", "measure", "proposal_id adoption_id kind label before_value:number"
          " after_value:number measured_on evidence:said struck_at"),
    _sheet("con-ap-dung", "lasting_check", "adoption_id days outcome note:said actor at",
          "adoption adoption_id"),
    _sheet("mo-hinh", "model", "id proposal_id slug title=model_title problem solution effect"
          " names_author:tick published_at changed_at withdrawn_at"),
    _sheet("xin-ap-dung", "model_request", "model_id unit name:name phone:phone reason at outcome"
          " note done_by:person done_at", "model model_id"),
    _sheet("khen", "honour", "id proposal_id place=turn kind form is_collective:tick merit:said"
          " basis amount:number source state reason:said number day:day book_number"
          " proposed_by:person proposed_at decided_by:person decided_at"),
    _sheet("ten-khen", "honour_name", "honour_id name:name suggested:name state how note:name actor"
          " at", "honour honour_id"),
    _sheet("kiem-tra-khen", "award_check", "honour_id answer:name answered_by:name answered_on"
          " note:name actor at", "honour honour_id"),
    _sheet("hoi-nghi", "conference", "id name=conference_name held_on place=where"),
    _sheet("trao-khen", "delivery", "honour_id conference_id turn presence handed_on"
          " received_by:name actor at", "honour honour_id"),
    _sheet("muc-khen", "award_rules", "rules"),
    _sheet("mau-van-ban", "paper_template", "id paper name=file_name bytes:number sha256"
          " kept_by:person kept_at"),
    _sheet("chon-mau", "template_choice", "paper template_id chosen_by:person chosen_at"),
    _sheet("tin-den", "message_in", "id gateway sender:phone sender_kind text:words sent_at"
          " arrived_at state outcome proposal_id handled_at"),
    _sheet("tin-di", "outbox", "id kind phone:phone text_key text:words state attempts:number"
          " gateway error created_at changed_at proposal_id message_in_id"),
    _sheet("goi-lai", "call_back", "phone:phone why at proposal_id done_by:person done_at"
          " note:said"),
    _sheet("ngung-tin", "suppression", "phone:phone reason since:moment", order="since"),
    _sheet("bo-ngung-tin", "suppression_lift", "number=phone:text reason actor at"),
    _sheet("phieu", "receipt", "code:code copy:number issued_at killed_at proposal_id",
          order="code"),
    _sheet("phieu-giay", "paper_form", "code:code mobiliser printed_by:person printed_at",
          order="code"),
    _sheet("doi-chieu", "reconciliation", "id month expected=on_paper:number note actor at"),
    _sheet("tap-giay", "reconciliation_paper", "reconciliation_id code:code"
          " state=in_binder:choice/staff.reconcile.states"),
    _sheet("in-phieu", "print_job", "proposal_id kind state fault is_again:tick asked_by:person"
          " created_at sent_at"),
    _sheet("so-cai", "daily_head", "number day:day closed_at first_place:number last_place:number"
          " chain root before head=day_head"),
    _sheet("viec-tuyen-truyen", "outreach", "id kind:choice/staff.outreach.kinds title=done"
          " place=where begun_on ended_on done_by mobiliser reached:number cost:number note"
          " entered_by:person entered_at struck_at"),
    _sheet("van-ban-di", "outgoing_paper", "id year title=paper_title number issued_on"
          " entered_by:person entered_at struck_at"),
    _sheet("lan-gui", "dispatch", "paper_id recipient sent_on way:choice/staff.sending.ways sent_by"
          " proof noted_by:person noted_at confirmed_on confirmed_how struck_at"),
    _sheet("tep-co-quan", "office_file", "about about_id name=file_name kind mime bytes:number"
          " sha256 kept_by:person kept_at"),
)  # fmt: skip
# Tables that the register's own sheets hold.
IN_THE_REGISTER = frozenset(
    {"proposal", "author", "move", "addition", "reply", "attachment", "event"}
)
# Tables that no copy holds, and why.
LEFT_OUT = {
    "asked_back": "what it led to stands in the idea",
    "clock_watch": "the machine's own", "commune": "the office's name is in office_profile",
    "device_seen": "the machine's own", "draft": "somebody's half-done words",
    "fetch": "on its way; what came is an attachment", "first_answer_count": "counted anew",
    "gateway_fault": "the machine's own",
    "heartbeat": "the machine's own", "held": "somebody's half-done words",
    "job_run": "the machine's own", "kiosk_report": "the machine's own",
    "long_job": "gone after a day", "message_settled": "how it went stands in outbox",
    "notice_count": "counted anew", "recovery_code": "opens the staff app",
    "original_file": "gone after 30 days; its copy is an attachment",
    "reserved_code": "each is a receipt",
    "retention_ok": "gone once the night has used it",
    "ring": "over when somebody went", "same_person": "the chair's alone (decision 0029)",
    "search_row": "made of the ideas' words", "session": "opens the staff app",
    "sms_alarm": "the machine's own", "status_count": "counted anew",
    "throttle": "the machine's own",
    "upload": "on its way; what came is an attachment",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row as it lies in the store, numbers revealed. `is_veiled`: it belongs to a confidential
    case of somebody else's; `is_hidden`: that, or its idea is redacted for this reader."""

    values: tuple[Any, ...]
    is_veiled: bool
    is_hidden: bool


def size(db: Store) -> int:
    """Return how many rows all SHEETS have."""
    counts = " + ".join(
        f"(SELECT count(*) FROM {one.table} WHERE commune_id = :commune_id)"  # noqa: S608 ours
        for one in SHEETS
    )
    found = db.row(f"SELECT {counts}")
    return int(found[0]) if found else 0


def rows(db: Store, sheet: Sheet, viewer: str) -> Iterator[Row]:
    """Yield a table's rows in the order they were written; ids of ideas as their codes, of staff
    as their names."""
    joins, veiled, hidden = _of_its_idea(sheet)
    selected = ", ".join(_selected(sheet.table, column) for column in sheet.columns)
    phones = [place for place, one in enumerate(sheet.columns) if one.kind == "phone"]
    found = db.conn.execute(
        f"SELECT {veiled}, {hidden}, {selected} FROM {sheet.table}{joins}"  # noqa: S608 ours
        f" WHERE {sheet.table}.commune_id = :commune_id ORDER BY {sheet.table}.{sheet.order}",
        {"commune_id": db.commune_id, "viewer": viewer},
    )
    for is_veiled, is_hidden, *values in found:
        for place in phones:
            values[place] = db.reveal(values[place])
        yield Row(tuple(values), bool(is_veiled), bool(is_hidden))


def _of_its_idea(sheet: Sheet) -> tuple[str, str, str]:
    """Return the joins to a row's idea, and what tells that it is veiled or hidden."""
    if not sheet.has_idea:
        return "", "0", "0"
    joins, owner = "", sheet.table
    if sheet.via is not None:
        owner, column = sheet.via
        joins = _join(owner, f"{sheet.table}.{column}")
    joins += _join("proposal", f"{owner}.proposal_id")
    return joins, VEILED, HIDDEN


def _join(table: str, column: str) -> str:
    of = column.partition(".")[0]
    return (
        f" LEFT JOIN {table} ON {table}.commune_id = {of}.commune_id AND {table}.id = {column}"
    )  # fmt: skip


def _selected(table: str, column: Column) -> str:
    name = f"{table}.{column.name}"
    if column.kind == "idea":
        return (
            "(SELECT idea.code FROM proposal AS idea WHERE idea.commune_id = :commune_id"  # noqa: S608
            f" AND idea.id = {name})"
        )
    if column.kind == "person":
        return (
            "coalesce((SELECT who.name FROM staff_member AS who"  # noqa: S608 names are ours
            f" WHERE who.commune_id = :commune_id AND who.id = {name}), {name})"
        )
    return name
