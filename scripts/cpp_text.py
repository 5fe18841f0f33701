"""What check-layers, check-coroutines and figures share: reading C++ as tokens, without a compiler."""

import pathlib
import re
from typing import NamedTuple

SUFFIXES = {".hpp", ".cpp"}
# Token → how many brackets it opens or closes. The `]]` of `a[b[i]]` closes two of them.
NESTING = {"(": 1, "{": 1, "[": 1, "[[": 2, ")": -1, "}": -1, "]": -1, "]]": -2}
_TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<raw>(?:u8|u|U|L)?R"(?P<mark>[^()\s\\]*)\(.*?\)(?P=mark)")'
    r'|(?P<string>(?:u8|u|U|L)?"(?:\\.|[^"\\\n])*")'
    r"|(?P<number>\d(?:'?[\w.]|(?<=[eEpP])[+-])*)"
    r"|(?P<char>(?:u8|u|U|L)?'(?:\\.|[^'\\\n])*')"
    r'|(?P<directive>^[ \t]*\#(?:\\\n|//[^\n]*|/\*.*?\*/|[^\n\\]|\\)*)'
    r'|(?P<word>[A-Za-z_]\w*)'
    r'|(?P<sign>::|->|\[\[|\]\]|[^\s\w])',
    re.DOTALL | re.MULTILINE)


class Token(NamedTuple):
    text: str  # '""' for every string, "' '" for every character
    line: int


def tokenise(source):
    """The tokens of a file. Comments and preprocessor directives are left out."""
    tokens, line, at = [], 1, 0
    for match in _TOKEN.finditer(source):
        line += source.count("\n", at, match.start())
        at = match.start()
        kind = match.lastgroup if match.lastgroup != "mark" else "raw"
        if kind in ("comment", "directive"):
            continue
        text = {"raw": '""', "string": '""', "char": "' '"}.get(kind, match[0])
        tokens.append(Token(text, line))
    return tokens


def blank_comments(source):
    """The same text, line for line, with comments replaced by spaces. Directives stay."""
    def blank(match):
        if match.lastgroup == "directive":
            return re.sub(r"//[^\n]*|/\*.*?\*/", " ", match[0], flags=re.DOTALL)
        return "\n" * match[0].count("\n") if match.lastgroup == "comment" else match[0]
    return _TOKEN.sub(blank, source)


def source_files(root, *folders):
    """Every header and source below these folders, sorted."""
    for folder in folders:
        for path in sorted(pathlib.Path(root, folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path
