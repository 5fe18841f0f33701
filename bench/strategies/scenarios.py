"""The workload: what users do at the same time. The same for every strategy."""

import signal
import time

from workload import FILES_OF_COMPONENT, MORE, Counts, Home, moments

SCENARIOS = {}
MIDDLE_SECONDS = 0.2   # That long a reader may take while an update stands still.


def scenario(title):
    def register(function):
        SCENARIOS[function.__name__] = (title, function)
        return function
    return register


def summed(homes):
    total = Counts()
    for counts in homes:
        total.add(counts)
    return total


def in_rounds(strategy, patience, rounds, function, **how):
    def one():
        with Home(strategy, patience) as home:
            function(home)
            return home.counts(**how)
    return summed(one() for _ in range(rounds))


@scenario("six components added at once")
def adds(strategy, patience, rounds=4):
    def work(home):
        home.settle([home.start("change", "add", component) for component in MORE])
    return in_rounds(strategy, patience, rounds, work)


@scenario("changes under a rust-analyzer that runs on")
def long_reader(strategy, patience, rounds=1):
    def work(home):
        watcher = home.start("proxy", "rust-analyzer", "watch", str(home.path / "stop"))
        home.wait_for_reading(watcher, "rust-analyzer")
        home.settle([home.start("change", "add", MORE[0]), home.start("change", "add", MORE[1]),
                     home.start("change", "update", "2")])
        home.stop_watchers()
        home.settle([watcher])
    return in_rounds(strategy, patience, rounds, work)


@scenario("cargo run → component add")
def nested(strategy, patience, rounds=2):
    def work(home):
        home.run("proxy", "cargo", "run", "change", "add", MORE[0])
    return in_rounds(strategy, patience, rounds, work)


@scenario("cargo run → cargo run → cargo run → component add")
def nested_deep(strategy, patience, rounds=1):
    def work(home):
        cargo = ("proxy", "cargo", "run")
        home.run(*cargo, *cargo, *cargo, "change", "add", MORE[0])
    return in_rounds(strategy, patience, rounds, work)


@scenario("cargo run → update; the outer cargo reads on")
def nested_update(strategy, patience, rounds=2):
    def work(home):
        home.run("proxy", "cargo", "run", "change", "update", "2")
    return in_rounds(strategy, patience, rounds, work)


@scenario("two cargo run → component add at once")
def nested_pair(strategy, patience, rounds=2):
    """Both hold what they hold before either changes anything, so that they are sure to meet."""
    def work(home):
        both = [home.start("proxy", "cargo", "run", "when", str(home.path / "go"), "change", "add", component)
                for component in MORE[:2]]
        for each in both:
            home.wait_for_reading(each, "cargo")
        (home.path / "go").touch()
        home.settle(both)
    return in_rounds(strategy, patience, rounds, work)


def all_but_one_done(home, pair):
    """At least one is halted, and the other is too, waits or has ended."""
    halted = home.stopped(pair)
    return halted and halted + home.waiting(pair) + home.changed(pair) >= 2


@scenario("cargo run → a program that adds two components at once")
def nested_siblings(strategy, patience, rounds=2):
    """Each is halted while it moves its files; if a lock keeps one out, the other goes on alone."""
    def work(home):
        pair = home.start("proxy", "cargo", "run", "both", "change", "add", MORE[0], "--", "change", "add",
                          MORE[1], at_step=f"STOP {FILES_OF_COMPONENT + 2}")
        while not pair.gone:
            home.settle([pair], lambda: all_but_one_done(home, pair))
            pair.signal(signal.SIGCONT)
    return in_rounds(strategy, patience, rounds, work)


@scenario("cargo run → a program that closes descriptors → component add")
def nested_closed(strategy, patience, rounds=1):
    def work(home):
        home.run("proxy", "cargo", "run", "close", "change", "add", MORE[0])
    return in_rounds(strategy, patience, rounds, work)


@scenario("updates under builds of ten rustcs")
def build_update(strategy, patience, rounds=2):
    def one():
        with Home(strategy, patience) as home:
            builds = [home.start("proxy", "cargo", "build", "10", "15") for _ in range(2)]
            for build in builds:
                home.wait_for_reading(build, "cargo")
            version = 1
            while not all(build.ended() for build in builds) and not any(build.stuck for build in builds):
                version += 1
                if home.run("change", "update", str(version)).stuck:
                    break
            home.settle(builds)
            return home.counts(builds=builds)
    return summed(one() for _ in range(rounds))


@scenario("kill -9 of changes, readers and servers")
def kill(strategy, patience, rounds=6):
    with Home(strategy, patience) as home:
        version = 1
        # At chosen steps, so that every part of the work is met; and at any moment, for the rest.
        for step in range(2, 38, 36 // rounds):
            version += 1
            home.run("change", "update", str(version), at_step=f"KILL {step}")
            home.run("proxy", "rustc", "read", "2")
        for moment in moments(4711, rounds, 0.05):
            version += 1
            change = home.start("change", "update", str(version))
            time.sleep(moment)
            change.kill()
            home.run("proxy", "rustc", "read", "2")
        # A reader that is killed leaves no lock behind.
        watcher = home.start("proxy", "rust-analyzer", "watch", str(home.path / "stop"))
        home.wait_for_reading(watcher, "rust-analyzer")
        watcher.kill()
        home.run("change", "update", "100")
        # Where the locks live in a server, that is a holder, too.
        watcher = home.start("proxy", "rust-analyzer", "watch", str(home.path / "stop"))
        home.wait_for_reading(watcher, "rust-analyzer")
        if home.kill_server():
            home.run("change", "update", "101")
        home.stop_watchers()
        home.settle([watcher])
        home.run("change", "add", MORE[0])
        return home.counts(some_were_killed=True)


@scenario("a proxy in the background that outlives its cargo")
def background(strategy, patience, rounds=1):
    def work(home):
        cargo = home.start("proxy", "cargo", "leave", "proxy", "rust-analyzer", "watch",
                           str(home.path / "stop"))
        home.wait_for_reading(cargo, "rust-analyzer")
        home.settle([cargo], cargo.ended)
        home.run("change", "update", "2")
        home.stop_watchers()
        home.settle([cargo])
    return in_rounds(strategy, patience, rounds, work)


@scenario("readers that start in the middle of an update")
def fresh_readers(strategy, patience, rounds=1):
    """The update stands still at a step of its work, so that the middle is sure to be met."""
    def work(home):
        for version, step in enumerate((9, 22, 27, 33), start=2):
            update = home.start("change", "update", str(version), at_step=f"STOP {step}")
            home.wait_for_stop(update)
            reader = home.start("proxy", "rustc", "read", "5")
            enough = time.monotonic() + MIDDLE_SECONDS
            home.settle([reader], lambda: time.monotonic() > enough)
            update.signal(signal.SIGCONT)
            home.settle([update, reader])
    return in_rounds(strategy, patience, rounds, work)


@scenario("a storm of readers, and three updates")
def storm(strategy, patience, readers=8):
    with Home(strategy, patience) as home:
        rolling = []

        def roll():
            """As many readers as ever, whatever ends."""
            rolling[:] = [each for each in rolling if not each.ended()]
            while len(rolling) < readers:
                rolling.append(home.start("proxy", "rustc", "read", "60"))

        roll()
        for version in (2, 3, 4):
            update = home.start("change", "update", str(version))

            def over():
                roll()
                return update.ended()
            home.settle([update], over)
            if update.stuck:
                break
        home.settle(rolling)
        return home.counts()
