"""What rustup printed and left behind, as a file that people can review.

A script's recording has for each step `$ STEP`, `O|` and `E|` before the lines of the two streams (`O-`
and `E-` before a last line without line end), `rc N` unless it is 0, and at the end `F|` before the
name of each file and a digest of what was compared of it. Streams of more than MOST_LINES lines are
`O#` or `E#`, their number of lines and their digest. Of the files in a toolchain only those that describe
it have lines of their own.
"""

import hashlib
import pathlib
import re

from players import Result

MOST_LINES = 60


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def short(text):
    """A stream as it is compared: long ones by their digest."""
    count = len(text.splitlines())
    return text if count <= MOST_LINES else f"{count} lines, {digest(text)}"


def is_long(result):
    """Has it a stream that is only known by its digest?"""
    return any(re.fullmatch(r"\d+ lines, [0-9a-f]{16}", text) for text in (result.out, result.err))


def stream_lines(mark, text):
    if short(text) != text:
        return [f"{mark}# {short(text)}"]
    lines = text.split("\n")
    last = lines.pop()
    return [f"{mark}| {line}" for line in lines] + ([f"{mark}- {last}"] if last else [])


def folded(files):
    """The files as they are recorded: name -> digest."""
    lines, rest = {}, {}
    for name, content in sorted(files.items()):
        parts = pathlib.PurePath(name).parts
        describing = len(parts) == 5 and parts[2:4] == ("lib", "rustlib")
        if parts[0] == "toolchains" and len(parts) > 2 and not describing:
            rest.setdefault("/".join(parts[:2]) + "/…", []).append(f"{name} {content}")
        else:
            lines[name] = digest(content)
    return lines | {name: digest("\n".join(contents)) for name, contents in rest.items()}


def result_lines(result):
    status = [f"rc {result.status}"] if result.status else []
    return [*stream_lines("O", result.out), *stream_lines("E", result.err), *status]


def write(path, results, files):
    lines = []
    for step, result in results:
        lines += [f"$ {step}", *result_lines(result)]
    lines += [f"F| {name} {content}" for name, content in sorted(folded(files).items())]
    path.write_text("\n".join(lines) + "\n")


def read(path):
    """The same as players.play(), with short() streams, and files by their digest."""
    return parse(path.read_text().split("\n")[:-1])


def parse(lines):
    results, files = [], {}
    for line in lines:
        mark, text = line[:2], line[3:]
        if mark == "$ ":
            results.append((line[2:], Result(0, "", "")))
        elif mark == "rc":
            results[-1][1].status = int(text)
        elif mark == "F|":
            name, _, content = text.rpartition(" ")
            files[name] = content
        else:
            stream = "out" if mark[0] == "O" else "err"
            end = "\n" if mark[1] == "|" else ""
            result = results[-1][1]
            setattr(result, stream, getattr(result, stream) + text + end)
    return results, files
