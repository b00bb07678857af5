"""What people read stands in shared/texts: no Vietnamese word is in the code, but for what code
compares with, and what an office begins with."""

import ast
import re
import unicodedata
from collections.abc import Iterator

from tests.promises.conftest import ROOT, modules, walked

# The program's own name is no sentence.
NAME = "Hiến Kế"
# Each with why its words are no text: nobody reads them there, or they are only begun with.
ALLOWED = {
    "kiosk/staff/door/browsers.py": "the name of a browser",
    "sms/cries.py": "what a cry for help is recognised by",
    "sms/spellings.py": "a letter and its keys",
    "sms/word_lists.py": "the words that an SMS may begin with",
    "shared/domain/everyday.py": "short and regional words, and what they stand for",
    "shared/domain/typed_keys.py": "letters, their keys, and the rimes of Vietnamese",
    "shared/domain/award_rules.py": "the law's names, kept as an office's own once it changes them",
    "shared/domain/hints.py": "what a hint is recognised by",
    "shared/domain/input_method.py": "a letter and its keys",
    "shared/domain/measures.py": "how people write the currency after a number",
    "shared/domain/rubric.py": "the plan's criteria, kept as a campaign's own from its beginning",
    "shared/domain/vietnamese.py": "letters and what they fold to",
    "shared/domain/year_record.py": "forms of address, which are no part of a name",
    "shared/imports/code_tables.py": "letters of older code tables",
    "shared/runtime/passwords.py": "marks that some keyboards set apart from their letters",
    "shared/settings/office.py": "the names in the example's settings",
    "shared/store/office/profile.py": "what the name of a commune begins with",
}
# Texts themselves, and the ideas that a demo invents.
TEXTS = ("shared/texts", "shared/demo")


def test_no_vietnamese_word_is_in_the_code() -> None:
    found = dict(_spoken())

    for name in sorted(found.keys() - ALLOWED.keys()):
        raise AssertionError(f"{name}: {found[name]!r}: what people read stands in shared/texts")
    assert sorted(ALLOWED.keys() - found.keys()) == []


def _spoken() -> Iterator[tuple[str, str]]:
    """Yield each module that has a literal in Vietnamese, with that literal."""
    for path, tree in modules():
        name = str(path.relative_to(ROOT))
        if not name.startswith(TEXTS):
            for text in _literals(tree):
                if _is_vietnamese(text):
                    yield name, text


def _literals(tree: ast.Module) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in walked(tree)
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in walked(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


def _is_vietnamese(text: str) -> bool:
    """Say whether a text has a letter that Vietnamese has and English has not."""
    marks = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0306", "\u0309", "\u031b", "\u0323"}
    letters = unicodedata.normalize("NFD", re.sub(NAME, "", text)).casefold()
    return "đ" in letters or bool(marks & set(letters))
