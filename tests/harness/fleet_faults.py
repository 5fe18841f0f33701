"""What can be wrong with a cache or a mirror, and what a machine gets of it.

Each fault is tried once, always, and always with a second mirror in the list. `bench/fleet` writes the outcomes into
docs/fleet.md.
"""

import dataclasses
import gzip
import pathlib
import re
import shutil
import typing

from harness import servers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.homes import TempHome

INSTALLED = "installed"
ARCHIVE, MANIFEST = "rustc-", "channel-rust-stable.toml"
HTML = b"<html><body>Please sign in to this network.</body></html>\n"


@dataclasses.dataclass(frozen=True)
class Fault:
    """`word`: in which requests it shows. `always`: what the error says if it never ends; empty: it installs.
    `behave`: a name, for what needs the trial's tree or another server.
    """

    title: str
    behave: typing.Callable | str
    always: str
    word: str = ARCHIVE


def truncated_and_content(exchange):
    """A shorter file, which says so: a cache that kept what an aborted fetch had brought."""
    exchange.whole = exchange.whole[:len(exchange.whole) // 2]
    exchange.start, exchange.end, exchange.part = 0, len(exchange.whole), False
    servers.plain(exchange)


def unpacked(exchange):
    """A proxy that takes .tar.gz for a compressed answer, and unpacks it."""
    exchange.whole = gzip.decompress(exchange.whole)
    exchange.start, exchange.end, exchange.part = 0, len(exchange.whole), False
    servers.plain(exchange)


def packed_again(exchange):
    exchange.whole = gzip.compress(exchange.whole)
    exchange.start, exchange.end, exchange.part = 0, len(exchange.whole), False
    exchange.head(Content_Encoding="gzip")
    exchange.send(exchange.rest)


def signs_in(exchange):
    exchange.whole = HTML
    exchange.start, exchange.end, exchange.part = 0, len(HTML), False
    servers.plain(exchange)


def never_more(exchange):
    """It has only so much of the file, and says how much there should be."""
    exchange.head()
    exchange.send(exchange.rest[:max(0, 2000 - exchange.start)])
    exchange.hang_up()


def another_part(exchange):
    """206 with other bytes than those that it names, for a request of the whole, too."""
    exchange.start, exchange.part = min(1000, len(exchange.whole)), True
    servers.plain(exchange)


# A hash that never fits is what `checksum failed` says.
CHECKSUM = r"checksum failed"
FAULTS = (
    Fault("less than its Content-Length, each time some more", servers.short_after(2000), ""),
    Fault("less than its Content-Length, and never more", never_more, r"resuming"),
    Fault("half of the file, as if it was whole", truncated_and_content, CHECKSUM),
    Fault("other bytes", servers.other_bytes, CHECKSUM),
    Fault("a portal's page in place of the archive", signs_in, CHECKSUM),
    Fault("a .tar.gz unpacked on the way", unpacked, CHECKSUM),
    Fault("packed once more (Content-Encoding)", packed_again, CHECKSUM),
    Fault("another part than was asked for", another_part, r"asked for bytes from 0 on|checksum failed"),
    Fault("a reset after some bytes", servers.reset_after(2000), ""),
    Fault("302, to another host", "elsewhere", ""),
    Fault("silence after some bytes", servers.stall_after(2000), r"timed out"),
    Fault("401", servers.status(401), r"401"),
    Fault("403", servers.status(403), r"403"),
    Fault("407", servers.status(407), r"407"),
    Fault("404 for an archive", servers.status(404), r"404"),
    Fault("429, with Retry-After", servers.status(429, Retry_After="1"), r"429"),
    Fault("503", servers.status(503), r"503"),
    Fault("a manifest of another day than its hash", "older", CHECKSUM, MANIFEST),
    Fault("403 for the manifest", servers.status(403), r"403", MANIFEST),
    Fault("503 for the manifest", servers.status(503), r"503", MANIFEST),
    Fault("a portal's page in place of the manifest", signs_in, CHECKSUM, MANIFEST),
)


class Stand:
    """What ScriptedServer wants of a test."""

    def __init__(self):
        self.cleanups = []

    def addCleanup(self, function, *arguments):
        self.cleanups.append((function, arguments))

    def end(self):
        for function, arguments in reversed(self.cleanups):
            function(*arguments)


class Trial:
    """A tree with two releases of stable; each `outcome` is of a home and servers of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.tree = two_stables(self.folder / "tree")
        switch_stable(self.tree, NEW_DATE)
        self.count = 0

    def behaviour(self, fault, stand):
        if not isinstance(fault.behave, str):
            return fault.behave
        if fault.behave == "elsewhere":
            other = servers.ScriptedServer(stand, self.tree)
            return lambda exchange: servers.redirect(other.url + exchange.path)(exchange)
        old = (self.tree / "dist" / OLD_DATE / MANIFEST).read_bytes()

        def of_another_day(exchange):
            exchange.whole, exchange.start, exchange.end, exchange.part = old, 0, len(old), False
            servers.plain(exchange)
        return of_another_day

    def outcome(self, fault, times=None, second=False):
        """`installed`, or the error, in one line."""
        self.count += 1
        stand = Stand()
        try:
            bad = servers.ScriptedServer(stand, self.tree)
            bad.on(fault.word, self.behaviour(fault, stand), times)
            home = TempHome(self.folder / f"home{self.count}", bad.url)
            home.environment |= {"RUSTUP_DOWNLOAD_TIMEOUT": "1", "RUSTUP_MAX_RETRIES": "2",
                                 "RUSTUP_CONCURRENT_DOWNLOADS": "2"}
            if second:
                good = servers.ScriptedServer(stand, self.tree)
                del home.environment["RUSTUP_DIST_SERVER"]
                home.latchkey.mkdir(parents=True)
                (home.latchkey / "config.toml").write_text(
                    "".join(f'[[mirror]]\nurl = "{url}"\npriority = {priority}\n'
                            for priority, url in ((1, bad.url), (2, good.url))))
            done = home.run("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update", limit=120)
            if done.code == 0:
                return INSTALLED
            shutil.rmtree(home.root)
            return error_of(done.err)
        finally:
            stand.end()


def error_of(text):
    """The lines of the error, as one, without addresses that are others each time."""
    found = re.search(r"(?s)^error: (.*)", text, re.MULTILINE)
    words = " ".join((found[1] if found else text).split()).replace("Caused by:", "—")
    words = re.sub(r"^component download failed for [^:]*: ", "", words)
    words = re.sub(r"'?https?://127\.0\.0\.1:\d+(/[^\s':]*)?'?", lambda url: f"'…{(url[1] or '').rpartition('/')[2]}'",
                   words)
    words = re.sub(r"\b[0-9a-f]{64}\b", "…", words)
    words = re.sub(r"'/[^']*'", "'…'", words)
    return re.sub(r"could not download file from '[^']*' to '[^']*'(: cannot fetch '[^']*')?: ", "", words)


def table_of(folder):
    """(head, rows) for a page."""
    trial = Trial(folder)
    rows = [(fault.title, trial.outcome(fault, times=1), trial.outcome(fault), trial.outcome(fault, second=True))
            for fault in FAULTS]
    return ("a server that answers with", "once", "always", "always, and a second mirror is listed"), rows
