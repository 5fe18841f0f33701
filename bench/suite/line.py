"""A line of its own: two network namespaces, and a token bucket between them."""

import contextlib
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys

from harness import real_rust

RELAY = pathlib.Path(__file__).with_name("relay.py")
SERVER_ADDRESS, CLIENT_ADDRESS = "10.77.0.1", "10.77.0.2"
# Large frames, so that headers take under 1 % of the rate.
MTU = 9000
NUMBERS = itertools.count()  # Of the lines of one process.


def require():
    if os.geteuid() != 0:
        raise real_rust.Unfit("shaping a line needs root")
    for program in ("ip", "tc"):
        if not shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin"):
            raise real_rust.Unfit(f"no program '{program}' (Debian: iproute2)")


def control(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise real_rust.Unfit(f"{' '.join(words)}: {done.stderr.strip()}")


def inside(namespace, *words):
    return ("ip", "netns", "exec", namespace, *words)


class Line:
    """nginx behind it is at `url`; what runs after `prefix` reaches it by the line alone. `far` is nginx's
    end of a line that is shaped: a namespace, and the device in it."""

    def __init__(self, url, prefix, far=None):
        self.url, self.prefix, self.far = url, prefix, far

    def bytes_passed(self):
        """All that the token bucket has let through so far, headers too. What a server sent may have gone
        no further than buffers before the line."""
        done = subprocess.run(["tc", "-n", self.far, "-s", "-j", "qdisc", "show", "dev", self.far],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)[0]["bytes"]


def join(near, far, megabits):
    """Two namespaces, each with one end of the line."""
    for name in (near, far):
        control("ip", "netns", "add", name)
    # Named after its namespace, so that two lines never clash while they are made.
    control("ip", "link", "add", near, "mtu", str(MTU), "netns", near, "type", "veth", "peer", "name",
            far, "mtu", str(MTU), "netns", far)
    for name, address in ((near, CLIENT_ADDRESS), (far, SERVER_ADDRESS)):
        control("ip", "-n", name, "address", "add", f"{address}/24", "dev", name)
        control("ip", "-n", name, "link", "set", name, "up")
        control("ip", "-n", name, "link", "set", "lo", "up")
    # 20 ms of the rate fit into the bucket's queue, and at least some frames.
    queue = max(int(megabits * 1e6 / 8 * 0.05), 8 * MTU)
    control("tc", "-n", far, "qdisc", "add", "dev", far, "root", "tbf", "rate", f"{megabits}mbit",
            "burst", str(max(4 * MTU, int(megabits * 1e6 / 8 / 250))), "limit", str(queue))


@contextlib.contextmanager
def shaped(folder, work, megabits, delay_ms=0, connection_megabits=None):
    """A Line with so many bits a second in all and for a connection, and a delay each way."""
    require()
    number = next(NUMBERS)
    near, far = f"lk{os.getpid()}c{number}", f"lk{os.getpid()}s{number}"
    with contextlib.ExitStack() as stack:
        for name in (near, far):
            stack.callback(subprocess.run, ["ip", "netns", "delete", name], capture_output=True,
                           check=False)
        join(near, far, megabits)
        server = stack.enter_context(real_rust.served(folder, work, prefix=inside(far)))
        port = server.url.rpartition(":")[2]
        words = [sys.executable, RELAY, SERVER_ADDRESS, port, str(delay_ms)]
        if connection_megabits:  # nginx's limit_rate is one for each request.
            words.append(str(connection_megabits * 1e6 / 8))
        relay = subprocess.Popen(inside(far, *words),
                                 stdout=subprocess.PIPE, text=True)
        stack.callback(relay.wait)
        stack.callback(relay.terminate)
        listening = relay.stdout.readline().strip()
        yield Line(f"http://{SERVER_ADDRESS}:{listening}", inside(near), far)
