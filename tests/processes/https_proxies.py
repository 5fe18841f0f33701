#!/usr/bin/env python3
"""HTTP proxies that are spoken to by TLS: played by a small one, and squid where it is installed."""

import os
import pathlib
import select
import shutil
import socket
import ssl
import subprocess
import unittest

from harness.cases import ProcessTest, main
from harness.crafted import CraftedDist, noise, package
from harness.processes import wait_until
from harness.servers import ScriptedServer, accept_at_once, make_certificate

SECRET = "s3cretWord"
LOGIN = "Basic bWU6czNjcmV0V29yZCM="  # me:s3cretWord#
SQUID = shutil.which("squid", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def server_context(pem, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # One of them has gone.


class Proxy:
    """Speaks TLS. `heads` are the heads of requests: a line, and the fields by their small names.

    `answer`, where it is set, is all that anybody gets. `cut` closes each tunnel once so many bytes
    have come back by it.
    """

    def __init__(self, test, pem, key, answer=None, cut=None):
        self.context = server_context(pem, key)
        self.answer, self.cut = answer, cut
        self.heads = []
        self.port = accept_at_once(test, self.serve)
        self.place = f"127.0.0.1:{self.port}"

    def serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as tls:
                self.talk(tls)
        except (OSError, ValueError):
            pass  # The program has gone, or does not trust this.

    def read_head(self, tls):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = tls.recv(1)
            if not byte:
                raise OSError("no request")
            head += byte
        first, *fields = head.decode().split("\r\n")[:-2]
        named = {key.lower(): value.strip() for key, value in (each.split(":", 1) for each in fields)}
        self.heads.append((first, named))
        return first, head

    def talk(self, tls):
        first, head = self.read_head(tls)
        if self.answer:
            tls.sendall(self.answer)
            return
        method, target, _ = first.split()
        if method == "CONNECT":
            host, port = target.rsplit(":", 1)
        else:
            host, port = target.split("/")[2].rsplit(":", 1)
            head = head.replace(f"http://{host}:{port}".encode(), b"", 1).replace(
                b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with socket.create_connection((host, int(port))) as server:
            if method == "CONNECT":
                tls.sendall(b"HTTP/1.1 200 Here you are\r\n\r\n")
                self.tunnel(tls, server)
            else:
                server.sendall(head)
                pump(server, tls)

    def tunnel(self, tls, server):
        """Both ways, in one thread: Python's TLS sockets are not for two."""
        tls.setblocking(False)
        server.setblocking(False)
        waiting = {tls: b"", server: b""}  # What is to be sent there.
        other = {tls: server, server: tls}
        back = 0
        while True:
            for source in (tls, server):
                if waiting[other[source]]:
                    continue
                try:
                    data = source.recv(16384)
                except (ssl.SSLWantReadError, BlockingIOError):
                    continue
                if not data:
                    return
                if source is server:
                    back += len(data)
                    if self.cut and back > self.cut:
                        return
                waiting[other[source]] = data
            for sink in (tls, server):
                try:
                    while waiting[sink]:
                        waiting[sink] = waiting[sink][sink.send(waiting[sink]):]
                except (ssl.SSLWantWriteError, BlockingIOError):
                    pass
            if not any(waiting.values()) and not tls.pending():
                select.select([tls, server], [], [], 20)
            elif any(waiting.values()):
                select.select([], [sink for sink, data in waiting.items() if data], [], 20)


@unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
class HttpsProxies(ProcessTest):
    def setUp(self):
        super().setUp()
        self.certificates = {}
        for name in ("proxy", "server"):
            (self.root / name).mkdir()
            self.certificates[name] = make_certificate(self.root / name)
        self.both = self.root / "both.pem"
        self.both.write_text("".join(pem.read_text() for pem, _ in self.certificates.values()))
        dist = CraftedDist(self.root / "dist")
        dist.add("rust-docs", package("rust-docs", noise(3_000_000, 7)))
        self.dist = dist
        self.server = self.serve()
        self.place = self.server.url.removeprefix("http://")

    def serve(self, tls=False):
        server = ScriptedServer(self, self.dist.out)
        if tls:
            server.server.socket = server_context(*self.certificates["server"]).wrap_socket(
                server.server.socket, server_side=True)
            server.url = server.url.replace("http://", "https://")
        return server

    def proxy(self, **options):
        return Proxy(self, *self.certificates["proxy"], **options)

    def install(self, url, proxy, trusted=None, **variables):
        home = self.home(url, f"home-{len(list(self.root.iterdir()))}")
        return home.run("toolchain", "install", "stable", "--profile", "minimal", "-c", "rust-docs",
                        "--no-self-update", all_proxy=proxy, SSL_CERT_FILE=trusted or self.both,
                        RUSTUP_MAX_RETRIES=0, **variables)

    def test_an_https_server_is_reached_by_tls_inside_of_tls(self):
        server, proxy = self.serve(tls=True), self.proxy()
        done = self.install(server.url, f"https://me:{SECRET}%23@{proxy.place}")
        self.assertEqual(done.code, 0, str(done))
        place = server.url.removeprefix("https://")
        self.assertEqual({first for first, _ in proxy.heads}, {f"CONNECT {place} HTTP/1.1"})
        self.assertEqual({fields["proxy-authorization"] for _, fields in proxy.heads}, {LOGIN})
        self.assertTrue(any("rust-docs" in each.path for each in server.requests))
        self.assertLess(len(proxy.heads), len(server.requests))  # Tunnels are used again.
        self.assertNotIn(SECRET, done.out + done.err)

    def test_an_http_server_is_asked_for_by_the_whole_url(self):
        proxy = self.proxy()
        done = self.install(self.server.url, f"https://me:{SECRET}%23@{proxy.place}")
        self.assertEqual(done.code, 0, str(done))
        self.assertTrue(all(first.startswith(f"GET {self.server.url}/dist/") for first, _ in proxy.heads))
        self.assertEqual({fields["proxy-authorization"] for _, fields in proxy.heads}, {LOGIN})

    def test_a_proxy_that_is_not_trusted_gets_no_password_and_no_request(self):
        server, proxy = self.serve(tls=True), self.proxy()
        for url in (server.url, self.server.url):
            done = self.install(url, f"https://me:{SECRET}@{proxy.place}",
                                trusted=self.certificates["server"][0])
            self.assertEqual(done.code, 1)
            self.assertIn(f"the http proxy 'https://{proxy.place}/': the server's certificate is "
                          "not trusted: ", done.err)
            self.assertNotIn(SECRET, done.out + done.err)
        self.assertEqual(proxy.heads, [])

    def test_the_certificate_of_a_proxy_must_be_for_its_name(self):
        proxy = self.proxy()
        done = self.install(self.server.url, f"https://localhost:{proxy.port}")
        self.assertEqual(done.code, 1)
        self.assertIn(f"the http proxy 'https://localhost:{proxy.port}/': the server's certificate "
                      "is not for 'localhost'", done.err)
        self.assertEqual(proxy.heads, [])

    def test_a_server_behind_a_trusted_proxy_is_not_trusted_for_that(self):
        server, proxy = self.serve(tls=True), self.proxy()
        done = self.install(server.url, f"https://{proxy.place}",
                            trusted=self.certificates["proxy"][0])
        self.assertEqual(done.code, 1)
        self.assertIn("the server's certificate is not trusted: ", done.err)
        self.assertNotIn("the http proxy", done.err)
        self.assertEqual(server.requests, [])

    def test_what_fails_inside_of_tls_is_told_as_it_is_without(self):
        proxy = self.proxy()
        done = self.install(self.server.url.replace("http:", "https:"), f"https://{proxy.place}")
        self.assertEqual(done.code, 1)
        self.assertIn("wrong version number", done.err)  # That server speaks no TLS.

    def test_what_a_proxy_refuses_is_told_without_its_password(self):
        proxy = self.proxy(answer=b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n")
        done = self.install("https://far.example", f"https://me:{SECRET}@{proxy.place}")
        self.assertEqual(done.code, 1)
        self.assertIn(f"the http proxy 'https://{proxy.place}/' answered CONNECT with status 407",
                      done.err)
        self.assertNotIn(SECRET, done.out + done.err)

    def test_a_proxy_that_speaks_no_tls_is_told(self):
        done = self.install("https://far.example", f"https://me:{SECRET}@{self.place}")
        self.assertEqual(done.code, 1)
        self.assertIn(f"the http proxy 'https://{self.place}/': ", done.err)
        self.assertNotIn(SECRET, done.out + done.err)

    def test_a_tunnel_that_ends_early_is_told(self):
        server, proxy = self.serve(tls=True), self.proxy(cut=1_000_000)
        done = self.install(server.url, f"https://{proxy.place}")
        self.assertEqual(done.code, 1)
        self.assertIn("the connection was c", done.err)  # Cut, or closed.

    def test_squid_is_spoken_to(self):
        if not SQUID:
            self.skipTest("no squid here")
        pem, key = self.certificates["proxy"]
        work = pathlib.Path(self.root / "squid")
        work.mkdir()
        work.chmod(0o777)
        for path in (pem, key, self.root / "proxy"):
            path.chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        config = work / "squid.conf"
        config.write_text(
            f"https_port 127.0.0.1:{port} tls-cert={pem} tls-key={key}\n"
            "http_access allow localhost\ncache deny all\n"
            f"pid_filename none\naccess_log stdio:{work}/access\ncache_log {work}/log\n"
            f"coredump_dir {work}\nshutdown_lifetime 0 seconds\n")
        squid = subprocess.Popen([SQUID, "-N", "-f", config], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(squid.wait)
        self.addCleanup(squid.kill)

        def listens():
            try:
                with socket.create_connection(("127.0.0.1", port)):
                    return True
            except OSError:
                return squid.poll() is not None
        self.assertTrue(wait_until(listens))
        if squid.poll() is not None:
            self.skipTest("squid does not start: " + (work / "log").read_text()
                          if (work / "log").exists() else "squid does not start")
        server = self.serve(tls=True)
        for url in (server.url, self.server.url):
            done = self.install(url, f"https://127.0.0.1:{port}")
            self.assertEqual(done.code, 0, str(done))
        self.assertIn("CONNECT", (work / "access").read_text())


if __name__ == "__main__":
    main()
