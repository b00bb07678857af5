"""Which programs the code, the tests and the scripts start: read from their text, none is run."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.promises.conftest import ROOT, parsed, walked
from tests.promises.shells import started_by_shell

# What starts the program that its first argument names, or says where that one lies.
STARTS = frozenset(
    {f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call", "check_output")}
    | {f"os.{name}" for name in ("execv", "execve", "execvp", "execvpe", "execl", "execlp",
                                 "posix_spawn", "posix_spawnp")}
    | {"shutil.which", "programs.find"}
)  # fmt: skip
# Ways to start one that cannot be followed from here.
FORBIDDEN = frozenset(
    {"os.system", "os.popen", "os.spawnv", "os.spawnvp", "pty.spawn", "subprocess.getoutput",
     "subprocess.getstatusoutput", "asyncio.create_subprocess_shell",
     "asyncio.create_subprocess_exec"}
)  # fmt: skip
_FOLDERS = ("kiosk", "sms", "shared", "tests", "deploy")
# This very Python (sys.executable), or a path of our own making; and no word at all.
_OURS, _NOTHING = "ours", ""
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unclear(Exception):
    """The text does not say which program is started."""


def by_code() -> Iterator[tuple[str, str]]:
    """Yield where a program is started ("file:line") and its name; this very Python and files of
    the project's own making are left out. Raises Unclear."""
    for path, module in _modules().items():
        for call, scope in _calls(module):
            if _called(call) in STARTS and call.args and not _asks_for_the_list(path, call):
                where = f"{path}:{call.lineno}"
                try:
                    names = set(_programs(call.args[0], module, scope))
                except Unclear as fault:
                    raise Unclear(f"{where} starts {fault}") from None
                yield from ((where, name) for name in names - {_OURS, _NOTHING})


def by_code_unseen() -> list[str]:
    """Return where code starts something in a way that `by_code` does not follow."""
    return [
        f"{path}:{call.lineno}"
        for path, module in _modules().items()
        for call, _ in _calls(module)
        if _called(call) in FORBIDDEN or any(one.arg == "shell" for one in call.keywords)
    ]


def by_scripts() -> Iterator[tuple[str, str]]:
    """Yield each script, unit and Makefile with a program that it starts."""
    for path in [*sorted((ROOT / "deploy").rglob("*")), ROOT / ".ci" / "run", ROOT / "Makefile"]:
        if path.is_file() and path.suffix != ".py":
            text = path.read_text("utf-8", "replace")
            where = str(path.relative_to(ROOT))
            yield from ((where, name) for name in _of_script(path, text))


def files_of_debian() -> Iterator[tuple[str, str]]:
    """Yield where code names a file that only a package brings, and that file's path."""
    for path, module in _modules().items():
        for node in walked(module):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch(r"/usr/(lib|share|bin)/[^:\s]+", value):
                yield f"{path}:{getattr(node, 'lineno', 0)}", value


def imported() -> set[str]:
    """Return the names of all modules that are imported."""
    found = set()
    for module in _modules().values():
        for node in walked(module):
            if isinstance(node, ast.Import):
                found |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module))
    return found


def asked_of_npm() -> set[str]:
    """Return the packages of npm that tests ask for."""
    return {
        ast.literal_eval(call.args[0])
        for path, module in _modules().items()
        if path.parts[0] == "tests"
        for call, _ in _calls(module)
        if _called(call) == "installed" and call.args and isinstance(call.args[0], ast.Constant)
    }


def _of_script(path: Path, text: str) -> Iterator[str]:
    if path.suffix in (".service", ".conf"):
        for program in re.findall(r"^Exec\w+=[-+!@:]*(/\S+)", text, re.M):
            yield Path(program).name
    elif path.name == "Makefile":
        recipes = re.findall(r"^\t@?(.*)$", text.replace("\\\n", " "), re.M)
        recipe = re.sub(r"(?<!\$)\$\((\w+)[^)]*\)", lambda it: it[1].lower(), "\n".join(recipes))
        yield from started_by_shell(recipe.replace("$$", "$"))
    elif text.startswith("#!"):
        interpreter = text.split("\n", 1)[0].removeprefix("#!/usr/bin/env ").split()[0]
        name = interpreter.rpartition("/")[2]
        yield name
        if name in ("sh", "bash"):
            yield from started_by_shell(text)


@cache
def _modules() -> dict[Path, ast.Module]:
    return {
        path.relative_to(ROOT): parsed(path)
        for folder in _FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


@cache
def _calls(module: ast.Module) -> tuple[tuple[ast.Call, _Function | None], ...]:
    """Return every call with the function around it."""
    return tuple(_calls_within(module, None))


def _calls_within(
    node: ast.AST, scope: _Function | None
) -> Iterator[tuple[ast.Call, _Function | None]]:
    if isinstance(node, ast.Call):
        yield node, scope
    inner = node if isinstance(node, _Function) else scope
    for child in ast.iter_child_nodes(node):
        yield from _calls_within(child, inner)


def _asks_for_the_list(path: Path, call: ast.Call) -> bool:
    """Say whether a call looks whether what the list names is there, or is the looking itself,
    whose callers are followed (programs.find)."""
    homes = (Path("deploy", "packages.py"), Path("shared", "runtime", "programs.py"))
    return path in homes and _called(call) == "shutil.which"


@cache
def _called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _programs(words: ast.expr, module: ast.Module, scope: _Function | None) -> Iterator[str]:
    """Yield every program that a command, or the name of one, may stand for."""
    match words:
        case ast.Constant(value=str(name)):
            yield Path(name).name
        case ast.List(elts=[ast.Starred(value=some), *rest]):
            for name in _programs(some, module, scope):
                behind = _programs(ast.List(elts=rest), module, scope)
                yield from behind if name == _NOTHING else (name,)
        case ast.List(elts=[first, *rest]) | ast.Tuple(elts=[first, *rest]):
            yield from _programs(first, module, scope)
            yield from _told_a_shell([first, *rest])
        case ast.IfExp(body=one, orelse=other):
            yield from _programs(one, module, scope)
            yield from _programs(other, module, scope)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _programs(value, module, scope)
        case ast.Name(id=name):
            for value in _values(name, module, scope):
                yield from _programs(value, module, None)
        case ast.List() | ast.Tuple() | ast.Constant(value=None):
            yield _NOTHING
        case ast.Attribute() | ast.BinOp() | ast.Call() | ast.Subscript():
            yield _OURS
        case _:
            raise Unclear(ast.unparse(words))


def _told_a_shell(words: Sequence[ast.expr]) -> Iterator[str]:
    """Yield what the command line of a shell starts: ["sh", "-c", …], however it is reached."""
    texts = [one.value if isinstance(one, ast.Constant) else None for one in words]
    if "sh" in texts:
        for option, text in zip(texts, words[1:], strict=False):
            if option in ("-c", "-euc"):
                yield from started_by_shell(ast.unparse(text).lstrip("f").strip("'\""))


def _values(name: str, module: ast.Module, scope: _Function | None) -> list[ast.expr]:
    """Return all that a name may stand for, or raise Unclear: what is given to it around, or
    what the module's calls hand to the function whose parameter it is."""
    found = [*_given(name, scope)] if scope else []
    if scope and not found:
        found = [*_handed(name, scope, module)]
    if not found:
        found = [*_given(name, module), *_imported(name, module)]
    if not found and not (scope and _is_path(name, scope)):
        raise Unclear(f"{name!r}, and it cannot be read what that stands for")
    return found


def _given(name: str, around: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(around):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if (
                target == name
            ):
                yield value
            case ast.For(target=ast.Name(id=target), iter=ast.Tuple(elts=values)) if target == name:
                yield from values


def _imported(name: str, module: ast.Module) -> Iterator[ast.expr]:
    for node in walked(module):
        if isinstance(node, ast.ImportFrom) and any(one.name == name for one in node.names):
            home = Path(*str(node.module).split(".")).with_suffix(".py")
            if home in _modules():
                yield from _given(name, _modules()[home])


def _handed(name: str, function: _Function, module: ast.Module) -> Iterator[ast.expr]:
    places = [one.arg for one in function.args.args if one.arg != "self"]
    rest = function.args.vararg.arg if function.args.vararg else None
    for call, scope in _calls(module):
        if scope is function or _called(call).rpartition(".")[2] != function.name:
            continue
        yield from (one.value for one in call.keywords if one.arg == name)
        if name == rest:
            yield ast.List(elts=call.args[len(places) :])
        elif name in places and len(call.args) > places.index(name):
            yield call.args[places.index(name)]


def _is_path(name: str, function: _Function) -> bool:
    kinds = {one.arg: one.annotation for one in function.args.args}
    kind = kinds.get(name)
    return kind is not None and ast.unparse(kind) == "Path"
