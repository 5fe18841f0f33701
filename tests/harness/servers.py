"""Servers on 127.0.0.1: nginx, as it should be, and one that misbehaves as a test tells it."""

import dataclasses
import http.server
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

from harness.environment import SCRIPTS

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
LOG_LINE = re.compile(r'(\S+) (\d+) (\S+) (\S+) range="(.*?)" bytes=(\d+) ')


@dataclasses.dataclass(frozen=True)
class Logged:
    """One request, as the server saw it."""

    path: str
    status: int
    range: str
    sent: int
    at: float = 0.0  # time.monotonic(), where it is known.

    @property
    def archive(self):
        """Is it a component's tarball?"""
        return ".tar." in self.path and not self.path.endswith(".sha256")


class Nginx:
    """A folder served until `stop`. Give `rate` such as 1m for each connection's bytes a second."""

    def __init__(self, test, folder, rate=None):
        self.work = pathlib.Path(test.root) / f"nginx-{time.monotonic_ns()}"
        self.work.mkdir()
        self.log_path = self.work / "access.log"
        options = ["--rate", rate] if rate else []
        self.control("--daemon", "--work", self.work, "--access-log", self.log_path, *options,
                     folder)
        facts = dict(line.split("=", 1)
                     for line in (self.work / "server.env").read_text().splitlines())
        self.url = facts["URL"]
        test.addCleanup(self.stop)

    @staticmethod
    def control(*arguments):
        done = subprocess.run([sys.executable, SCRIPTS / "serve-dist", *map(str, arguments)],
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr)

    def stop(self):
        self.control("--stop", self.work)

    def log(self):
        """Every request until now. nginx writes its line when the answer is on the way: wait."""
        text = None
        while text != (text := self.log_path.read_text()):
            time.sleep(0.1)
        found = [LOG_LINE.match(line).groups() for line in text.splitlines()]
        return [Logged(path, int(status), "" if asked == "-" else asked, int(sent))
                for _, status, _, path, asked, sent in found]

    def archives(self):
        return [entry for entry in self.log() if entry.archive]


class Exchange:
    """One request, and what a behaviour may do with it."""

    def __init__(self, handler, path, body, asked):
        self.handler, self.path, self.asked = handler, path, asked
        self.begun = time.monotonic()
        self.whole = body
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked or "")
        self.start = int(found[1]) if found else 0
        self.end = min(int(found[2]) + 1, len(body)) if found and found[2] else len(body)
        self.part = bool(found)
        self.sent = 0
        self.status = 0

        owner = handler.server.owner
        with owner.lock:
            self.place = len(owner.requests)
            owner.requests.append(self.logged())

    def logged(self):
        return Logged(self.path, self.status, self.asked, self.sent, self.begun)

    def note(self):
        """What has become of it, in the server's list of requests."""
        owner = self.handler.server.owner
        with owner.lock:
            owner.requests[self.place] = self.logged()

    @property
    def rest(self):
        return self.whole[self.start:self.end]

    def head(self, status=None, length=None, content_range=None, **headers):
        """The head of an answer with what is asked for. An empty `content_range`: none is named."""
        self.status = status or (206 if self.part else 200)
        self.note()  # A client that has its answer may look at once.
        self.handler.send_response(self.status)
        if self.status == 206:
            size = len(self.whole)
            named = f"bytes {self.start}-{self.end - 1}/{size}"
            if content_range != "":
                self.handler.send_header("Content-Range", content_range or named)
        if self.handler.server.owner.tag:
            self.handler.send_header("Accept-Ranges", "bytes")
            self.handler.send_header("ETag", self.handler.server.owner.tag)
        self.handler.send_header("Content-Length",
                                 str(len(self.rest) if length is None else length))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def send(self, data):
        self.handler.wfile.write(data)
        self.handler.wfile.flush()
        self.sent += len(data)

    def stall(self):
        """Says nothing more until the server is told to go on, or the client has gone."""
        free = self.handler.server.owner.free
        self.handler.server.owner.stalled.set()
        connection = self.handler.connection
        connection.settimeout(0.02)
        while not free.is_set():
            try:
                if not connection.recv(1, socket.MSG_PEEK):
                    break
            except TimeoutError:
                pass
        self.hang_up()

    def hang_up(self):
        self.handler.close_connection = True

    def reset(self):
        """Ends the connection by RST."""
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
        self.handler.connection.close()
        self.hang_up()


# What a server may do with a request.


def plain(exchange):
    exchange.head()
    exchange.send(exchange.rest)


def status(number, **headers):
    def behave(exchange):
        exchange.head(number, 3, **headers)
        exchange.send(b"no\n")
    return behave


def ignore_range(exchange):
    exchange.start, exchange.end, exchange.part = 0, len(exchange.whole), False
    plain(exchange)


def part_called(first=0, last=0, total=0, body=lambda exchange: exchange.rest, **headers):
    """A part is answered rightly but for these numbers, each of which is added to the right one."""
    def behave(exchange):
        if not exchange.part:
            return plain(exchange)
        data = body(exchange)
        named = (f"bytes {exchange.start + first}-{exchange.end - 1 + last}"
                 f"/{len(exchange.whole) + total}")
        exchange.head(206, len(data), content_range=named, **headers)
        return exchange.send(data)
    return behave


def parts_by(behave):
    """Whoever asks for a part gets this."""
    return lambda exchange: (behave if exchange.part else plain)(exchange)


def other_bytes(exchange):
    exchange.head()
    exchange.send(bytes(byte ^ 0x55 for byte in exchange.rest))


def reset_after(count):
    def behave(exchange):
        exchange.head()
        exchange.send(exchange.rest[:count])
        time.sleep(0.05)  # An RST overtakes what is still in the other's buffers.
        exchange.reset()
    return behave


def short_after(count):
    """The whole length announced, less sent, and an orderly end of the connection."""
    def behave(exchange):
        exchange.head()
        exchange.send(exchange.rest[:count])
        exchange.hang_up()
    return behave


def stall_after(count):
    """`count` is that of the whole file, wherever the answer begins."""
    def behave(exchange):
        exchange.head()
        exchange.send(exchange.rest[:max(0, count - exchange.start)])
        exchange.stall()
    return behave


def never_answer(exchange):
    exchange.stall()


def trickle(rate, step=0.01):
    """So many bytes a second, also if a busy machine wakes us late."""
    def behave(exchange):
        exchange.head()
        begin = time.monotonic()
        sent = 0
        while sent < len(exchange.rest):
            due = max(sent + 1, int(rate * (time.monotonic() - begin + step)))
            exchange.send(exchange.rest[sent:due])
            exchange.note()
            sent = due
            time.sleep(max(0, begin + sent / rate - time.monotonic()))
    return behave


def redirect(target):
    def behave(exchange):
        exchange.head(302, 0, Location=target)
    return behave


class Listener(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # A connection that does not fit is tried again after a second.
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that goes away is no news."""


class ScriptedServer:
    """Serves a folder. `on` says what shall happen to requests whose path has a word in it."""

    def __init__(self, test, folder):
        self.folder = pathlib.Path(folder)
        self.rules = []
        self.requests = []
        self.tag = None  # Of all files, such as '"1"': then it says that it sends parts.
        self.stalled = threading.Event()  # Somebody waits for a stalled answer.
        self.free = threading.Event()  # The answers that stall at it end.
        self.lock = threading.Lock()
        self.server = Listener(("127.0.0.1", 0), Handler)
        self.server.owner = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        test.addCleanup(self.stop)

    def stop(self):
        self.free.set()
        self.server.shutdown()
        self.server.server_close()

    def on(self, word, behave, times=None):
        """The last rule that fits counts, as often as it says."""
        with self.lock:
            self.rules.append([word, behave, times])

    def be_good(self):
        with self.lock:
            self.rules.clear()
        self.stalled.clear()
        self.free.set()
        self.free = threading.Event()  # Of those that stall from now on.

    def rule_for(self, path):
        with self.lock:
            for rule in reversed(self.rules):
                checksum = path.endswith(".sha256")  # Only for a rule that says so.
                if rule[0] in path and rule[2] != 0 and checksum == rule[0].endswith(".sha256"):
                    rule[2] = rule[2] and rule[2] - 1
                    return rule[1]
        return plain

    def archives(self):
        with self.lock:
            return [entry for entry in self.requests if entry.archive]


class Handler(http.server.BaseHTTPRequestHandler):
    """Python's server, told what to do by `ScriptedServer`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        owner = self.server.owner
        path = owner.folder / self.path.lstrip("/")
        asked = self.headers.get("Range", "")
        found = path.is_file()
        exchange = Exchange(self, self.path, path.read_bytes() if found else b"", asked)
        behave = owner.rule_for(self.path)
        try:
            (behave if found or behave is not plain else status(404))(exchange)
        except OSError:
            self.close_connection = True  # The client has gone.
        exchange.note()

    def log_message(self, *_):
        pass


def make_certificate(folder):
    """Of 127.0.0.1, signed by itself. Gives its file and its key's."""
    pem, key = folder / "server.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                    "-out", pem], check=True, capture_output=True)
    return pem, key


def accept_connections(test, take):
    """Listens on 127.0.0.1, and gives each connection to `take`, until the test ends. Gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def work():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            take(connection)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    test.addCleanup(thread.join)
    test.addCleanup(listener.close)
    test.addCleanup(listener.shutdown, socket.SHUT_RDWR)
    return listener.getsockname()[1]


def accept_at_once(test, serve):
    """accept_connections(), each on a thread of its own."""
    def take(connection):
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
    return accept_connections(test, take)


def serve_connections(test, behave):
    """A server that does this with each connection, one after another. Gives host and port."""
    def take(connection):
        with connection:
            try:
                behave(connection)
            except OSError:
                pass  # The program has gone.
    return f"127.0.0.1:{accept_connections(test, take)}"
