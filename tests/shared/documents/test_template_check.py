"""A template that an office edited: sound ones are taken as word processors write them, and of the
others each fault is named with the paragraph it stands in."""

import io
import zipfile
import zlib

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from shared import texts
from shared.documents import catalogue, docx_clean, fill, template_check

PAPER = catalogue.paper("to-trinh")
VI = texts.load("vi")
DOCUMENT, RELS = "word/document.xml", "word/_rels/document.xml.rels"
TITLE = "Về việc xét công nhận sáng kiến, giải pháp"
OUTSIDE = (
    '<Relationship Id="rId99" TargetMode="External" Target="{target}" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def changed(*changes: tuple[str, str], part: str = DOCUMENT, paper=PAPER, **more: str) -> bytes:
    """Return the original with texts of one of its parts replaced; `more` are further parts."""
    parts = parts_of(paper.original.read_bytes())
    words = parts[part].decode()
    for old, new in changes:
        assert old in words, old
        words = words.replace(old, new)
    return packed({**parts, part: words, **more})


def edited(change) -> bytes:
    """Return the original after `change(document)`, saved by python-docx."""
    opened = docx.Document(str(PAPER.original))
    change(opened)
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


def faults(content: bytes, paper=PAPER) -> list[tuple[str, dict]]:
    """Return what is wrong as (last word of the text's key, blanks)."""
    found = template_check.checked(content, paper)
    assert isinstance(found, list), "the template was taken"
    for problem in found:
        assert VI.say(problem.text, **problem.blanks)
    return [(problem.text.rpartition(".")[2], dict(problem.blanks)) for problem in found]


def fault(content: bytes, paper=PAPER) -> str:
    return faults(content, paper)[0][0]


def taken(content: bytes, paper=PAPER) -> bytes:
    found = template_check.checked(content, paper)
    assert isinstance(found, bytes), found
    return found


def said(template: bytes) -> str:
    return fill.words(fill.fill(template, template_check.trial_blanks(PAPER)))


@pytest.mark.parametrize("name", catalogue.names())
def test_every_original_passes_its_own_check(name):
    paper = catalogue.paper(name)

    taken(paper.original.read_bytes(), paper)


# ── What is taken ────────────────────────────────────────────────────────────────────────────────


def test_words_added_by_the_office_stay_in_the_paper():
    template = taken(changed((TITLE, "Về việc đề nghị xét công nhận")))

    assert "Về việc đề nghị xét công nhận" in said(template)


def test_a_tag_that_a_word_processor_split_and_marked_is_one_tag():
    split = (
        '{{ coun</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr>'
        '<w:t xml:space="preserve">cil_name }}'
    )

    template = taken(changed(("Kính gửi: {{ council_name }}", f"Kính gửi: {split}")))

    assert "Kính gửi: Hội đồng thi đua, khen thưởng xã" in said(template)


def test_round_quotation_marks_and_known_filters_are_understood():
    change = ("Kính gửi: {{ council_name }}", "{{ council_name|upper }} {{ bases|join(“, ”) }}")

    assert "HỘI ĐỒNG THI ĐUA, KHEN THƯỞNG XÃ Căn cứ" in said(taken(changed(change)))


def test_a_picture_and_the_pages_of_a_word_processor_are_taken():
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(picture, "PNG")

    template = taken(edited(lambda paper: paper.add_picture(picture, width=Mm(20))))

    assert any(name.startswith("word/media/") for name in parts_of(template))


def test_whose_hand_it_was_and_what_a_word_processor_keeps_for_itself_goes():
    def change(paper):
        paper.core_properties.author = "Nguyễn Văn Giấu"
        paper.core_properties.comments = "{{ number }}"

    content = edited(change)
    template = taken(packed({**parts_of(content), "docProps/thumbnail.jpeg": b"x",
                             "customXml/item1.xml": "<a/>"}))  # fmt: skip

    assert b"Gi\xe1\xba\xa5u" not in template
    kept = parts_of(template)
    assert "Giấu" not in b"".join(kept.values()).decode()
    assert not {"docProps/thumbnail.jpeg", "customXml/item1.xml"} & kept.keys()


def test_a_link_to_a_page_becomes_plain_words_and_a_far_template_is_forgotten():
    def change(paper):
        line = paper.paragraphs[0]
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paper.part.relate_to("https://example.org", f"{RT}/hyperlink", True))
        link.append(line.add_run("xem trang của xã")._r)
        line._p.append(link)
        paper.part.relate_to("file:///S:/mau.dotx", f"{RT}/attachedTemplate", is_external=True)

    template = taken(edited(change))

    everything = b"".join(parts_of(template).values())
    assert "xem trang của xã" in said(template)
    assert b"example.org" not in everything and b"mau.dotx" not in everything


RT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_a_note_between_writers_goes_and_its_words_stay():
    change = (
        "Kính gửi:",
        'Kính </w:t></w:r><w:commentRangeStart w:id="0"/><w:r><w:t>gửi:</w:t></w:r>'
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r><w:r><w:t>',
    )

    template = taken(changed(change))

    assert "Kính gửi:" in said(template)
    assert b"comment" not in parts_of(template)[DOCUMENT]


# ── What is no template at all ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_docx"),
        (b"%PDF-1.7", "not_docx"),
        (b"PK\x03\x04 and then nothing", "not_docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_doc"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "not_docx"),
        (packed({"[Content_Types].xml": "<Types"}), "broken"),
        (b"x" * (docx_clean.MOST_BYTES + 1), "too_big"),
        (packed({f"{n}.xml": "" for n in range(docx_clean.MOST_PARTS + 1)}), "bomb"),
        (packed({"word/document.xml": b"\x00" * (docx_clean.MOST_UNPACKED + 1)}), "bomb"),
    ],
)
def test_what_is_no_word_file_is_told_so(content, reason):
    assert fault(content) == reason


def test_a_document_as_long_as_a_book_is_no_template():
    lines = "<w:p/>" * (docx_clean.MOST_PARAGRAPHS + 1)

    assert fault(changed(("<w:body>", f"<w:body>{lines}"))) == "too_long"


def test_a_file_that_lies_about_its_size_is_not_unpacked_further():
    content = bytearray(changed(**{"word/a.xml": "x" * 400_000}))
    whole = (400_000).to_bytes(4, "little")
    assert content.count(whole) == 2
    content[:] = content.replace(whole, (10).to_bytes(4, "little"))

    assert fault(bytes(content)) == "not_docx"


def test_a_part_whose_bytes_are_broken_is_told_so():
    content = bytearray(PAPER.original.read_bytes())
    content[900] ^= 0xFF

    assert fault(bytes(content)) in ("not_docx", "broken")
    with pytest.raises(zlib.error):
        zlib.decompress(b"xx")


def test_names_that_stand_for_more_are_not_read():
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM'
        ' "file:///etc/passwd">]><w:document'
    )

    assert fault(changed(("<w:document", bomb))) == "broken"


def test_macros_are_refused_by_any_of_their_names():
    main = "wordprocessingml.document.main+xml"
    types = "[Content_Types].xml"
    by_type = changed(
        (f"application/vnd.openxmlformats-officedocument.{main}",
         "application/vnd.ms-word.document.macroEnabled.main+xml"), part=types,
    )  # fmt: skip
    by_part = changed(**{"word/vbaProject.bin": "x"})
    by_link = changed(
        ("</Relationships>",
         '<Relationship Id="r9" Type="http://schemas.microsoft.com/office/2006/relationships/'
         'vbaProject" Target="x.bin"/></Relationships>'), part=RELS,
    )  # fmt: skip

    assert [fault(one) for one in (by_type, by_part, by_link)] == ["macro"] * 3


@pytest.mark.parametrize("kind", ["image", "frame", "oleObject", "subDocument", "mailMergeSource"])
def test_what_lies_elsewhere_is_refused_and_named(kind):
    link = OUTSIDE.format(target="http://10.0.0.1/x", kind=kind)

    [(reason, blanks), *_] = faults(changed(("</Relationships>", link), part=RELS))

    assert reason in ("linked", "embedded")
    assert reason == "embedded" or blanks["dau"] == "http://10.0.0.1/x"


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ("<w:object/>", "embedded"),
        ('<w:altChunk r:id="rId1"/>', "embedded"),
        ('<w:ins w:id="1" w:author="A"><w:r><w:t>x</w:t></w:r></w:ins>', "tracked"),
        ('<w:del w:id="1" w:author="A"/>', "tracked"),
        ('<w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://x/y&quot; "/>', "field"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>'
            "<w:r><w:instrText>AUTO c:\\\\x</w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "field",
        ),
    ],
)
def test_what_would_bring_something_along_is_refused(element, reason):
    content = changed(("<w:p><w:pPr>", f"<w:p><w:pPr/>{element}</w:p><w:p><w:pPr>"))

    assert fault(content) == reason


def test_a_field_that_counts_pages_is_taken():
    element = '<w:p><w:fldSimple w:instr=" NUMPAGES "/></w:p><w:tbl>'

    taken(changed(("<w:tbl>", element)))


# ── Tags and blanks ──────────────────────────────────────────────────────────────────────────────


def test_a_tag_that_is_not_closed_is_named_with_its_paragraph():
    found = faults(changed(("Kính gửi: {{ council_name }}", "Kính gửi: {{ council_name }")))

    assert found == [("tag_open", {"doan": "Kính gửi: {{ council_name }."})]


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("{{ council name }}", "tag_wrong"),
        ("{{ }}", "tag_wrong"),
        ("{{r council_name }}", "tag_rich"),
        ("{% set x = 1 %}", "tag_unknown"),
        ("{% include 'a' %}", "tag_unknown"),
        ("{% macro f() %}", "tag_unknown"),
        ("{% if %}x{% endif %}", "tag_wrong"),
        ("{% endif %}", "not_opened"),
        ("{% for one in bases %}{{ one }}{% endif %}", "not_opened"),
        ("{% if is_draft %}", "not_closed"),
        ("{%p if is_draft %} chữ {%p endif %}", "not_alone"),
        ("{%tr for one in ideas %}{%tr endfor %}", "not_alone"),
    ],
)
def test_a_tag_that_says_nothing_sound_is_named(tag, reason):
    found = faults(changed(("Kính gửi: {{ council_name }}.", f"Kính gửi: {tag}")))

    assert reason in [one for one, _ in found]
    [blanks] = [blanks for one, blanks in found if one == reason][:1]
    assert blanks["doan"].startswith("Kính gửi:")


@pytest.mark.parametrize(
    "tag",
    [
        "{{ council_name.__class__ }}",
        "{{ ''.join }}",
        "{{ council_name['x'] }}",
        "{{ council_name.upper() }}",
        "{{ 9 ** 9 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ council_name|center(1000000000) }}",
        "{{ council_name|replace('a', 'aa') }}",
        "{{ council_name|attr('x') }}",
        "{{ range(10) }}",
        "{{ loop.cycle('a') }}",
        "{% for one in 'abc' %}{% endfor %}",
        "{% for one, two in ideas %}{% endfor %}",
        "{% for one in ideas %}{% for two in ideas %}x{% endfor %}{% endfor %}",
        "{% for one in ideas recursive %}{% endfor %}",
        "{{ [1, 2] }}",
        "{{ council_name is callable }}",
        "{% if 1 %}" * 20 + "{% endif %}" * 20,
    ],
)
def test_whatever_reaches_further_or_runs_for_long_is_refused(tag):
    found = {
        one for one, _ in faults(changed(("Kính gửi: {{ council_name }}.", f"Kính gửi: {tag}")))
    }

    assert found & {"not_allowed", "unknown", "tag_wrong"}


def test_an_unknown_blank_is_named_with_those_that_are_nearest():
    found = faults(
        changed(("{{ council_name }}", "{{ council_nam }}"), ("{{ one.title }}", "{{ one.ten }}"))
    )

    names = {blanks["ten"]: blanks for _, blanks in found}
    assert len(found) == 2
    assert "council_name" in names["council_nam"]["gan"]
    assert names.keys() == {"council_nam", "ideas.ten"}
    assert names["council_nam"]["doan"] == "Kính gửi: {{ council_nam }}."


def test_a_blank_in_a_branch_that_no_sample_takes_is_read_too():
    tag = "{% if not is_draft and year == 1 %}{{ nobody }}{% endif %}"

    [(reason, blanks)] = faults(changed(("Kính gửi: {{ council_name }}.", tag)))

    assert (reason, blanks["ten"]) == ("unknown", "nobody")


def test_a_needed_blank_that_is_missing_is_named_and_explained():
    content = changed(("{{ signer }}", ""), ("{{ one.title }}", "x"))

    assert [(one, blanks["ten"]) for one, blanks in faults(content)] == [
        ("missing", "ideas.title"), ("missing", "signer"),
    ]  # fmt: skip
    assert "Họ tên người ký" in {blanks["la"] for _, blanks in faults(content)}


def test_a_list_is_gone_through_and_not_printed_and_a_word_is_no_list():
    printed = changed(("Kính gửi: {{ council_name }}.", "{{ ideas }} {{ council_name }}"))
    looped = changed(
        (
            "Kính gửi: {{ council_name }}.",
            "{% for a in signer %}{{ a }}{% endfor %}{{ council_name }}",
        )
    )

    assert [fault(printed), fault(looped)] == ["list_printed", "no_list"]


def test_a_loop_that_begins_in_one_cell_and_ends_in_another_is_told():
    content = changed(
        ("{{ one.code }}", "{% if one.code %}{{ one.code }}"),
        ("{{ one.title }}", "{{ one.title }}{% endif %}"),
    )

    assert fault(content) == "torn"


def test_tags_in_footnotes_are_told_to_move():
    def change(paper):
        part = docx.opc.part.Part(
            docx.opc.packuri.PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            b'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            b"<w:footnote><w:p><w:r><w:t>{{ number }}</w:t></w:r></w:p></w:footnote>"
            b"</w:footnotes>",
            paper.part.package,
        )
        paper.part.relate_to(part, f"{RT}/footnotes")

    assert faults(edited(change)) == [("tag_place", {"doan": "{{ number }}"})]
