"""Engines that share releases among machines, run by the very files of docs/fleet.

All is inside of a mount and a network namespace of the caller's own (`enter`), so names, ports and folders are those
that the files say. The outer world is a server that answers as static.rust-lang.org, by TLS, with a certificate that is
trusted in here only. `Upstream.log` tells what crossed the line to it.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

from harness import namespaces
from harness.processes import wait_until

CONFIGURATIONS = pathlib.Path(__file__).parents[2] / "docs" / "fleet"
HOSTS = """127.0.0.1 localhost
127.0.0.2 static.rust-lang.org
127.0.0.3 rust-mirror.internal
127.0.0.4 rust-cache.internal
"""
STORES = ("/var/cache/nginx", "/var/spool/squid", "/var/lib/varnish")
AUTHORITIES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
LOG_FORMAT = "log_format fleet '$status $request_method $uri range=\"$http_range\" $body_bytes_sent';"
LOG_LINE = re.compile(r'(\d+) (\S+) (\S+) range="([^"]*)" (\d+)$')
START_SECONDS = 120.0
SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"


def program(name):
    return shutil.which(name, path=SBIN)


def enter():
    """Goes on in namespaces of its own, with what engines need there."""
    namespaces.enter("-n")
    prepare()


def run(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, **options)


def prepare():
    """The network, names, and folders for what engines keep."""
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    work = pathlib.Path("/run/fleet")
    work.mkdir()
    (work / "hosts").write_text(HOSTS)
    run("mount", "--bind", work / "hosts", "/etc/hosts")
    for folder in ("/srv", "/var/cache", "/var/log/squid", "/var/spool/squid", "/var/lib/varnish"):
        if pathlib.Path(folder).exists():  # Packages bring theirs.
            run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder)
    for folder in ("/srv/rust", "/var/cache/nginx"):
        pathlib.Path(folder).mkdir()
    certify(work)


def certify(work):
    """An authority of our own, which everybody in here trusts, and a certificate of the upstream's name."""
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=fleet tests",
        "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", work / "ca.key", "-out", work / "ca.pem")
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=static.rust-lang.org", "-keyout",
        work / "server.key", "-out", work / "server.csr")
    (work / "names").write_text("subjectAltName=DNS:static.rust-lang.org\n")
    run("openssl", "x509", "-req", "-days", "2", "-in", work / "server.csr", "-CA", work / "ca.pem", "-CAkey",
        work / "ca.key", "-CAcreateserial", "-extfile", work / "names", "-out", work / "server.pem")
    AUTHORITIES.parent.mkdir(parents=True, exist_ok=True)
    if not AUTHORITIES.exists():
        AUTHORITIES.touch()
    run("mount", "--bind", work / "ca.pem", AUTHORITIES)


class Engine:
    """A server in a process of its own, killed by its pid.

    Attributes:
        url: what machines are told as RUSTUP_DIST_SERVER.
    """

    name = ""
    needs = ""  # The program; Debian's package is of the same name, unless said otherwise.
    url = ""

    def __init__(self):
        self.process = None
        self.folder = pathlib.Path("/run/fleet") / type(self).__name__.lower()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def words(self):
        raise NotImplementedError

    def port(self):
        return int(re.search(r":(\d+)$", self.url)[1]) if re.search(r":\d+$", self.url) else 80

    def start(self):
        out = open(self.folder / "out", "ab")
        self.process = subprocess.Popen([str(word) for word in self.words()], stdout=out, stderr=out,
                                        stdin=subprocess.DEVNULL, start_new_session=True,
                                        env={"PATH": SBIN, "LANG": "C.UTF-8"})
        out.close()
        # An object store is four programs in Python: half a minute on a machine that is busy.
        wait_until(lambda: self.answers() or self.process.poll() is not None, START_SECONDS)
        if self.process.poll() is not None or not self.answers():
            raise AssertionError(f"{self.name} does not start: {self.said()}")
        return self

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port()), 1):
                return True
        except OSError:
            return False

    def said(self):
        return (self.folder / "out").read_text(errors="replace")[-3000:]

    def kill(self):
        """With all that it started, at once."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            wait_until(lambda: not self.answers())
        self.process = None

    stop = kill


class Nginx(Engine):
    needs = "nginx"
    configuration = ""

    def words(self):
        """A whole configuration that includes the file as Debian's does."""
        main = self.folder / "nginx.conf"
        main.write_text(f"daemon off;\nuser root;\nworker_processes 2;\npid {self.folder}/pid;\n"
                        f"error_log {self.folder}/error.log warn;\nevents {{ worker_connections 4096; }}\n"
                        f"http {{\n{LOG_FORMAT}\naccess_log {self.folder}/access.log fleet;\n"
                        f"client_body_temp_path {self.folder}/body;\nproxy_temp_path {self.folder}/proxy;\n"
                        f"fastcgi_temp_path {self.folder}/f;\nuwsgi_temp_path {self.folder}/u;\n"
                        f"scgi_temp_path {self.folder}/s;\n{self.configuration}\n}}\n")
        return [program("nginx"), "-c", main]

    def log(self):
        """[(status, method, path, range, bytes)] of every request until now."""
        path, text = self.folder / "access.log", None
        while text != (text := path.read_text() if path.exists() else ""):
            time.sleep(0.1)  # nginx writes its line when the answer is on the way.
        found = [LOG_LINE.match(line).groups() for line in text.splitlines()]
        return [(int(status), method, path, asked, int(sent)) for status, method, path, asked, sent in found]

    def bytes_of(self, path):
        """Of a file's content, that went out."""
        return sum(sent for *_, seen, _, sent in self.log() if seen == path)

    def forget(self):
        self.log()
        os.truncate(self.folder / "access.log", 0)


class Upstream(Nginx):
    """The outer world: static.rust-lang.org."""

    name = "upstream"
    url = "https://static.rust-lang.org:443"

    def __init__(self, tree):
        super().__init__()
        self.configuration = (f"server {{ listen 443 ssl; root {tree}; etag on; keepalive_requests 100000; "
                              "ssl_certificate /run/fleet/server.pem; "
                              "ssl_certificate_key /run/fleet/server.key; }")


class NginxMirror(Nginx):
    """The tree itself, at /srv/rust."""

    name = "nginx, static"
    url = "http://rust-mirror.internal"
    configuration = f"include {CONFIGURATIONS}/nginx-mirror.conf;"

    def __init__(self, tree):
        super().__init__()
        run("mount", "--bind", tree, "/srv/rust")


class NginxCache(Nginx):
    name = "nginx, proxy_cache"
    url = "http://rust-cache.internal:8080"
    configuration = f"include {CONFIGURATIONS}/nginx-cache.conf;"


class Squid(Engine):
    name, needs = "squid", "squid"
    url = "http://rust-cache.internal:8081"
    configuration = CONFIGURATIONS / "squid.conf"

    def __init__(self):
        super().__init__()
        for folder in ("/var/spool/squid", "/var/log/squid"):
            shutil.chown(folder, "proxy", "proxy")
        run(program("squid"), "-N", "-z", "-f", self.configuration)

    def words(self):
        pathlib.Path("/run/squid.pid").unlink(missing_ok=True)  # Of one that was killed.
        return [program("squid"), "-N", "-f", self.configuration]

    def said(self):
        path = pathlib.Path("/var/log/squid/cache.log")
        return super().said() + (path.read_text()[-3000:] if path.exists() else "")


class Varnish(Engine):
    name, needs = "varnish", "varnishd"
    url = "http://rust-cache.internal:6081"

    def words(self):
        return [program("varnishd"), "-F", "-n", self.folder / "work", "-a", ":6081", "-f",
                CONFIGURATIONS / "varnish.vcl", "-s", "file,/var/lib/varnish/rust,2g"]


def empty_caches():
    """What engines kept goes, as if they were new."""
    for folder in STORES:
        for path in pathlib.Path(folder).glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


CACHES = {"nginx": NginxCache, "squid": Squid, "varnish": Varnish}


SWIFT_PORTS = {"object": 6200, "container": 6201, "account": 6202}
SWIFT_STORE = """[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = root
log_level = ERROR
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
SWIFT_PROXY = """[DEFAULT]
swift_dir = {folder}
bind_ip = 0.0.0.0
bind_port = 8082
workers = 2
user = root
log_level = ERROR
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_fleet_writer = secret .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


class ObjectStore(Engine):
    """OpenStack's Swift, with the interface of S3 for who writes. Who reads needs no key."""

    name, needs = "object store (Swift)", "swift-proxy-server"
    url = "http://rust-mirror.internal:8082/v1/AUTH_fleet/rust"

    def port(self):
        return 8082

    def __init__(self):
        super().__init__()
        self.stores = []
        (self.folder / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_prefix = fleet\nswift_hash_path_suffix = tests\n")
        self.environment = {"PATH": SBIN, "LANG": "C.UTF-8", "SWIFT_CONF_FILE": str(self.folder / "swift.conf")}
        for kind, port in SWIFT_PORTS.items():
            (self.folder / f"{kind}.conf").write_text(SWIFT_STORE.format(folder=self.folder, kind=kind, port=port))
            ring = self.folder / f"{kind}.builder"
            for words in (("create", 4, 1, 1), ("add", f"r1z1-127.0.0.1:{port}/d1", 1), ("rebalance",)):
                run(program("swift-ring-builder"), ring, *words, env=self.environment)
        (self.folder / "devices" / "d1").mkdir(parents=True)
        (self.folder / "proxy.conf").write_text(SWIFT_PROXY.format(folder=self.folder))

    def start(self):
        for kind in SWIFT_PORTS:
            out = open(self.folder / f"{kind}.out", "ab")
            self.stores.append(subprocess.Popen(
                [program(f"swift-{kind}-server"), self.folder / f"{kind}.conf"], stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, start_new_session=True, env=self.environment))
            out.close()
        return super().start()

    def words(self):
        return ["env", f"SWIFT_CONF_FILE={self.folder}/swift.conf", program("swift-proxy-server"),
                self.folder / "proxy.conf"]

    def kill(self):
        super().kill()
        for each in self.stores:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait(20)
        self.stores = []

    stop = kill

    def upload(self, tree):
        """As docs/fleet.md says it."""
        remote = (":s3,provider=Other,endpoint='http://rust-mirror.internal:8082',access_key_id='fleet:writer',"
                  "secret_access_key=secret,region=us-east-1,force_path_style=true,acl=public-read,"
                  "bucket_acl=public-read:rust")
        run(program("rclone"), "sync", "--config", "/dev/null", tree, remote,
            env=self.environment | {"HOME": str(self.folder)})
