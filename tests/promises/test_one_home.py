"""Rules that are written once: who may see a case, which statuses belong together, how a form is
read. A second place where one is decided fails here, with the sentence that says where it
belongs."""

import ast
import re
from collections.abc import Iterator

from shared.domain.proposal import Status
from tests.promises.conftest import ROOT, modules, templates, walked

# The home of the rule; where the flag is kept; and the staff's list, which shows it as a word.
KNOWS_CONFIDENTIAL = {
    "shared/store/cases/visibility.py",
    "shared/store/cases/proposals.py",
    "shared/store/cases/queue.py",
    "kiosk/staff/cases/queue.py",
}
SHOWS_CONFIDENTIAL = {"components/case_row.html", "staff/case_head.html", "staff/case_do.html"}
# A case's texts as its reader may have them, in SQL and in Python.
KNOWS_REDACTED = {"shared/store/cases/visibility.py", "shared/store/cases/redactions.py"}
_FOR_OTHERS = re.compile(r"assignee_id\s+(?:IS NOT|IS DISTINCT FROM|<>|!=)\s+:")


def test_who_may_see_a_case_is_decided_in_one_place() -> None:
    found = {
        where.rpartition(":")[0]: where for where, said in _said() if "is_confidential" in said
    }
    seen = {name for name, source in templates() if "is_confidential" in source}

    for place in found.keys() - KNOWS_CONFIDENTIAL:
        raise AssertionError(
            f"{found[place]}: ask the case (is_open_to, is_open_to_all, is_counted), or in SQL"
            " VISIBLE, OPEN_TO_ALL or COUNTED of shared/store/cases/visibility.py"
        )
    for name in seen - SHOWS_CONFIDENTIAL:
        raise AssertionError(f"{name}: a template asks case.is_open_to_all")
    assert found.keys() == KNOWS_CONFIDENTIAL and seen == SHOWS_CONFIDENTIAL


def test_who_reads_redacted_texts_is_decided_in_one_place() -> None:
    found = {where for where, said in _said() if _FOR_OTHERS.search(said)}

    for where in found:
        assert where.rpartition(":")[0] in KNOWS_REDACTED, (
            f"{where}: join REDACTION or ask REDACTED of shared/store/cases/visibility.py"
        )
    assert len(found) > 1


# A status written out where a statement or a template compares one.
_NAMES = "|".join(Status)
_IN_SQL = re.compile(rf"'({_NAMES})'")
_IN_TEMPLATE = re.compile(
    rf"""(?:\b(?:status|step|to)\b[^%}}]{{0,60}}|name="to"\s+value=)["'](?:{_NAMES})["']"""
)
# The road in its order, as a citizen is shown it; the details that have sentences to choose from.
KNOWS_STATUSES = {"kiosk/status/standing.py"}
_HAVE_THE_WORDS = ("shared/domain/", "shared/demo/")


def test_no_status_is_written_out_in_sql() -> None:
    for where, said in _said():
        assert where.startswith(_HAVE_THE_WORDS) or not _IN_SQL.search(said), (
            f"{where}: name the group in shared/domain/proposal.py and write it with one_of of"
            " shared/db/sql.py, or bind the one status"
        )


def test_no_status_is_written_out_in_a_template() -> None:
    for name, source in templates():
        found = _IN_TEMPLATE.search(source)
        assert not found, (
            f"{name}: {found and found[0]}: templates have Status, and groups from"
            " shared/domain/proposal.py that kiosk/web.py gives them"
        )


def test_groups_of_statuses_are_named_in_one_place() -> None:
    found = {
        str(path.relative_to(ROOT)): node.lineno
        for path, tree in modules()
        for node in walked(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and _statuses_in(node) > 1
        if id(node) not in _pairs(tree)
    }
    found = {name: at for name, at in found.items() if not name.startswith(_HAVE_THE_WORDS)}

    for name in found.keys() - KNOWS_STATUSES:
        raise AssertionError(
            f"{name}:{found[name]}: a group of statuses has its name in shared/domain/proposal.py"
        )
    assert found.keys() == KNOWS_STATUSES


def _statuses_in(node: ast.Tuple | ast.List | ast.Set) -> int:
    return sum(
        isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.value.id == "Status"
        for one in node.elts
    )


def _pairs(tree: ast.Module) -> set[int]:
    """Return what is compared as one move, from a status to another."""
    return {
        id(one)
        for node in walked(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)
        for one in node.comparators
    }


def test_forms_of_the_office_are_read_by_one_reader() -> None:
    reader = "kiosk/staff/forms.py"
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in modules("kiosk/staff")
        for node in walked(tree)
        if _tells_of_length(node) or _asks_whether_list(node)
    ]

    for where in found:
        assert where.startswith(f"{reader}:"), (
            f"{where}: a form is read by the Reader of {reader}, which gathers what is wrong;"
            " `with reading(page)` gives the same page back"
        )
    assert len(found) > 1


def test_how_many_letters_a_text_may_have_is_said_once_under_a_name() -> None:
    homes: dict[str, list[str]] = {}
    for path, tree in modules():
        for node in tree.body:
            for target in node.targets if isinstance(node, ast.Assign) else ():
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and name.id.endswith("_LETTERS"):
                        homes.setdefault(name.id, []).append(str(path.relative_to(ROOT)))

    for name, places in homes.items():
        assert len(places) == 1 or name.startswith("_"), (
            f"{name} stands in {', '.join(places)}: import one, or name what each is of"
        )
    assert len(homes) > 30


def _tells_of_length(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "err.too_long"


def _asks_whether_list(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and ast.unparse(node.func) == "isinstance"
        and ast.unparse(node.args[1]) == "list"
    )


def _said() -> Iterator[tuple[str, str]]:
    """Yield each name and each text of the programs that is no docstring, and where it stands."""
    for path, tree in modules():
        name = str(path.relative_to(ROOT))
        unread = _docstrings(tree)
        for node in walked(tree):
            if isinstance(node, ast.Attribute):
                yield f"{name}:{node.lineno}", node.attr
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield f"{name}:{node.lineno}", node.target.id
            elif isinstance(node, ast.keyword) and node.arg:
                yield f"{name}:{node.lineno}", node.arg
            elif isinstance(node, ast.Constant) and id(node) not in unread:
                yield f"{name}:{node.lineno}", str(node.value)


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.value)
        for node in walked(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
