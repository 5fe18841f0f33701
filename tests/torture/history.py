"""What happened, as a torture run writes it down and the checker reads it."""

import dataclasses

CLOCK_SECONDS = 0.002  # Records tell milliseconds.


@dataclasses.dataclass(frozen=True)
class State:
    """A toolchain at some moment. Where there is none, None stands for it."""

    release: str
    components: frozenset

    def __str__(self):
        return f"{self.release} with {', '.join(sorted(self.components))}"


@dataclasses.dataclass
class Operation:
    """One program, from before its start until after its end. Times are of the clock on the wall.

    Attributes:
        kind: install, update, add, remove, uninstall, prune, rollback, tool.
        component: the full name; empty where the kind needs none.
        command: what a record would call it.
        code: how it ended; -9 where it was killed.
        offered: the releases that the channel may have offered meanwhile.
        switched: the channel was switched meanwhile.
        told: what a tool said of itself: (release, files).
        files: how many a tool must have had.
        may_install: a tool may install its toolchain.
        to: the entry that a rollback names; None where it names none.
    """

    id: int
    worker: int
    kind: str
    toolchain: str
    command: str
    start: float
    end: float
    code: int
    text: str = ""
    component: str = ""
    offered: frozenset = frozenset()
    switched: bool = False
    told: tuple = ()
    files: int = 0
    may_install: bool = False
    to: int | None = None

    @property
    def killed(self):
        return self.code == -9

    @property
    def quiet(self):
        return " -q " in self.command or " --quiet " in self.command

    @property
    def releases(self):
        return "--unhold" in self.command

    def __str__(self):
        return (f"operation {self.id} of worker {self.worker}: {self.command} on {self.toolchain}, "
                f"[{self.start:.3f}, {self.end:.3f}], exit {self.code}\n{self.text}").rstrip()


@dataclasses.dataclass
class Record:
    """One entry of a toolchain's history. `state` is None for an uninstall.

    The commit was made between `when`, as the entry says, and `seen`, when the entry appeared.
    """

    name: str  # Its number and word, for messages.
    when: float
    command: str
    state: State | None
    trees: dict = dataclasses.field(default_factory=dict)  # Full name → tree.
    seen: float = 0.0
    state_known: bool = True  # Its manifest is one that the server has.
    serial: int = 0
    held_at: int | None = None  # Of a rollback: the entry that it went back to.


@dataclasses.dataclass
class Chain:
    """A toolchain's records in their order, and its states at the beginning and at the end."""

    records: list
    first: State | None
    last: State | None
    first_trees: dict = dataclasses.field(default_factory=dict)  # Full name → tree.
    unseen: int = 0  # So many were deleted before they could be read.
    past: dict = dataclasses.field(default_factory=dict)  # Serial → state, as of the beginning.
    first_held: int | None = None  # The entry at which a rollback holds it, at the beginning.
    last_held: int | None = None  # The same at the end.


@dataclasses.dataclass
class History:
    minimal: frozenset  # What a new toolchain gets.
    trees: dict  # Release → full name → tree.
    operations: list
    chains: dict  # Toolchain → Chain.
    fetches: list = dataclasses.field(default_factory=list)  # (operation's id, tree)
    published: list = dataclasses.field(default_factory=list)  # (time, tree)
    pending: set = dataclasses.field(default_factory=set)  # Trees that may wait beside a state.
    downloads: set = dataclasses.field(default_factory=set)  # Trees of which some was there before.
    leftovers: list = dataclasses.field(default_factory=list)
    faults: list = dataclasses.field(default_factory=list)  # Of generations that were compared.
    hung: list = dataclasses.field(default_factory=list)  # Changes and tools that did not end.
    waited: list = dataclasses.field(default_factory=list)  # Tools, while all ranges were held.
    unclear: list = dataclasses.field(default_factory=list)
