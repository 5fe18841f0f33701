"""The state of a toolchain, latchkey/toolchains/<t>/state, as tests read it."""

import dataclasses

PARTIAL = ("arriving", "leaving")


@dataclasses.dataclass(frozen=True)
class Component:
    """One line. `standing` is listed, pending, arriving or leaving; `tree` is empty where unknown."""

    standing: str
    pkg: str
    target: str
    is_extension: bool
    tree: str

    @property
    def name(self):
        return self.pkg if self.target == "*" else f"{self.pkg}-{self.target}"

    @property
    def counts(self):
        return self.standing not in PARTIAL


@dataclasses.dataclass(frozen=True)
class State:
    """`commit` is (serial, what, when, command). `place` is home, away, removed or link. `behind` is what lags: (doomed, its components)."""

    number: int
    word: str
    serial: int
    commit: tuple | None
    place: str
    synced: bool = dataclasses.field(compare=False)  # Set when the disk has it, behind the command.
    manifest_hash: str
    update_hash: str
    intended: str
    components: tuple
    behind: tuple | None
    held: int | None = None  # The entry of the history to which it was rolled back.

    def find(self, pkg):
        return next((each for each in self.components if each.pkg == pkg), None)

    def installed(self):
        return [each for each in self.components if each.counts]

    def trees(self):
        """Every tree that it names, of what is behind, too."""
        behind = self.behind[1] if self.behind else ()
        return {each.tree for each in (*self.components, *behind) if each.tree}


def parse_component(text):
    standing, pkg, target, is_extension, tree = text.split(" ", 4)
    return Component(standing, pkg, target, is_extension == "1", "" if tree == "-" else tree)


def unescape(text):
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def parse(text):
    lines = text.split("\n")
    assert lines[0] == "latchkey-state 2" and lines[-2:] == ["end state", ""], text
    values, parts = {}, [[], []]
    for line in lines[1:-2]:
        key, _, value = line.partition(" ")
        if key == "component":
            parts["behind" in values].append(parse_component(value))
        elif key not in values:  # `metadata` comes again for what is behind.
            values[key] = "" if value == "-" else value
    number, word = values["generation"].split()
    behind = (values["doomed"] == "1", tuple(parts[1])) if "behind" in values else None
    commit = None
    if "commit" in values:
        at, what, when = values["commit"].split(" ", 2)
        commit = int(at), what, when, unescape(values["command"])
    return State(int(number), word, int(values["serial"]), commit, values["place"],
                 values["synced"] == "1", values["manifest"], values["update-hash"],
                 values.get("intended", ""), tuple(parts[0]), behind,
                 int(values["held"]) if "held" in values else None)


def find(path):
    try:
        return parse(path.read_text())
    except FileNotFoundError:
        return None
