"""Which programs a shell script starts: the words that stand where a command begins."""

import re
from collections.abc import Iterator

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1(.*)\n(?:.*\n)*?\s*\2\b")
_FUNCTION = re.compile(r"^\s*([\w-]+)\(\)", re.M)
# A branch of `case`: its pattern up to the bracket.
_PATTERN = re.compile(r"^\s*[^\s()]+(?:\s*\|\s*[^\s()]+)*\)", re.M)
_BEGINS = re.compile(r"[;&|(){}\n`]+")
_OF_THE_SHELL = re.compile(r"(if|then|elif|else|fi|do|done|while|until|esac|time|!|\{|\}|\w+=.*)$")
_NO_COMMAND = frozenset({"for", "case", "[", "[[", "function"})
_BUILT_IN = re.compile(
    r"(break|cd|command|continue|echo|eval|exec|exit|export|false|getopts|local|printf|pwd|read"
    r"|return|set|shift|test|trap|true|type|umask|unset|wait)$"
)
# Programs that start the one behind their own words.
_PASSING_ON = frozenset({"command", "env", "exec", "nice", "sudo", "timeout", "xargs"})


def started_by_shell(text: str) -> Iterator[str]:
    """Yield the name of each program that a script names as a command: no function of its own,
    no word of the shell, nothing that only a variable names."""
    own = set(_FUNCTION.findall(text))
    inner = [_HEREDOC.sub(r"\3", text.replace("\\\n", " "))]
    while inner:
        plain = _without_quotes(inner.pop(), inner)
        for command in _BEGINS.split(_PATTERN.sub("\n", plain)):
            yield from (name for name in _programs(command.split()) if name not in own)


def _without_quotes(text: str, inner: list[str]) -> str:
    """Return a script without its comments, its strings and what it fills in; what stands in
    $(…), in strings too, goes to `inner`."""
    left, at, in_string = [], 0, False
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 2
        elif text.startswith(("$(", "${"), at):
            end = _end_of(text, at + 1)
            if text.startswith("$(", at) and not text.startswith("$((", at):
                inner.append(text[at + 2 : end])
            left.append("$")
            at = end + 1
        elif letter == '"':
            in_string = not in_string
            left.append('"')
            at += 1
        elif in_string:
            at += 1
        elif letter == "'":
            left.append("''")
            at = text.index("'", at + 1) + 1
        elif letter == "#" and (at == 0 or text[at - 1].isspace()):
            at = (text + "\n").index("\n", at)
        elif redirected := re.compile(r"\d*[<>]&\d").match(text, at):
            at = redirected.end()
        else:
            left.append(letter)
            at += 1
    return "".join(left)


def _end_of(text: str, begin: int) -> int:
    """Return where the bracket that opens at `begin` closes."""
    opened, closing = text[begin], {"(": ")", "{": "}"}[text[begin]]
    depth, at = 0, begin
    while at < len(text):
        if text[at] == "'" and opened == "(":
            at = text.index("'", at + 1)
        depth += (text[at] == opened) - (text[at] == closing)
        if depth == 0:
            return at
        at += 1
    raise ValueError(f"no end of {text[begin : begin + 40]!r}")


def _programs(words: list[str]) -> Iterator[str]:
    """Yield the program of one command, and the one that it passes its words on to."""
    while words and _OF_THE_SHELL.match(words[0]):
        words = words[1:]
    if not words or words[0] in _NO_COMMAND:
        return
    name = words[0].rpartition("/")[2]
    if re.fullmatch(r"[a-z][\w.+-]*", name) and not _BUILT_IN.match(name):
        yield name
    if "--" in words and name == "runuser":
        yield from _programs(words[words.index("--") + 1 :])
    elif name in _PASSING_ON:
        behind = words[1:]
        while behind and (behind[0][0] in '-"$' or behind[0].isdigit()):
            behind = behind[1:]
        yield from _programs(behind)
