#!/usr/bin/env python3
"""SOCKS5 proxies, played by a small one: what they are asked for, and what is made of their answers."""

import ipaddress
import socket
import struct
import threading

from harness.cases import ProcessTest, main
from harness.crafted import CraftedDist
from harness.servers import ScriptedServer, accept_at_once

NO_LOGIN, LOGIN, NO_METHOD = 0, 2, 255
V4, NAME, V6 = 1, 3, 4
SECRET = "s3cretWord"


class Proxy:
    """Leads every place to one port of 127.0.0.1. `asked` are the places."""

    def __init__(self, test, port, login=None, reply=0, bound=V4):
        self.port, self.login, self.reply, self.bound = port, login, reply, bound
        self.asked = []
        self.place = f"127.0.0.1:{accept_at_once(test, self.serve)}"

    def serve(self, connection):
        with connection, connection.makefile("rb") as heard:
            try:
                if self.let_in(connection, heard):
                    self.lead(connection, heard)
            except (OSError, IndexError):
                pass  # The program has gone.

    def let_in(self, connection, heard):
        methods = heard.read(heard.read(2)[1])
        method = LOGIN if self.login else NO_LOGIN
        connection.sendall(bytes([5, method if method in methods else NO_METHOD]))
        if method not in methods:
            return False
        if not self.login:
            return True
        user = heard.read(heard.read(2)[1]).decode()
        password = heard.read(heard.read(1)[0]).decode()
        right = (user, password) == self.login
        connection.sendall(bytes([1, 0 if right else 1]))
        return right

    def lead(self, connection, heard):
        kind = heard.read(4)[3]
        size = {V4: 4, V6: 16}.get(kind) or heard.read(1)[0]
        host = heard.read(size)
        port = struct.unpack("!H", heard.read(2))[0]
        self.asked.append((host.decode() if kind == NAME else str(ipaddress.ip_address(host)), port))
        bound = {V4: bytes(4), V6: bytes(16), NAME: b"\x05proxy"}[self.bound]
        # In two pieces, as a line may bring them.
        connection.sendall(bytes([5]))
        connection.sendall(bytes([self.reply, 0, self.bound]) + bound + bytes(2))
        if self.reply:
            return
        with socket.create_connection(("127.0.0.1", self.port)) as target:
            back = threading.Thread(target=self.pump, args=(target, connection), daemon=True)
            back.start()
            self.pump(connection, target)
            back.join()

    @staticmethod
    def pump(source, sink):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class Socks(ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = ScriptedServer(self, CraftedDist(self.root / "dist").out)
        self.port = int(self.server.url.rsplit(":", 1)[1])

    def install(self, url, proxy, **variables):
        return self.home(url, f"home-{len(list(self.root.iterdir()))}").run(
            "toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
            http_proxy=proxy, RUSTUP_MAX_RETRIES=0, **variables)

    def test_socks5h_is_told_names_and_addresses(self):
        for bound in (V4, V6, NAME):
            proxy = Proxy(self, self.port, bound=bound)
            for host in ("nowhere.invalid", "192.0.2.1", "[2001:db8::1]"):
                done = self.install(f"http://{host}:81", f"socks5h://{proxy.place}")
                self.assertEqual(done.code, 0, str(done))
            self.assertEqual(set(proxy.asked), {("nowhere.invalid", 81), ("192.0.2.1", 81), ("2001:db8::1", 81)})
        self.assertNotIn("http://nowhere", "".join(each.path for each in self.server.requests))

    def test_socks5_is_told_addresses_only(self):
        proxy = Proxy(self, self.port)
        done = self.install("http://localhost:81", f"socks5://{proxy.place}")
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(set(proxy.asked), {("127.0.0.1", 81)})
        done = self.install("http://nowhere.invalid", f"socks5://{proxy.place}")
        self.assertIn("cannot find the address of 'nowhere.invalid'", done.err)

    def test_a_socks_proxy_may_serve_every_scheme(self):
        proxy = Proxy(self, self.port)
        done = self.install("https://nowhere.invalid", None, all_proxy=f"socks5h://{proxy.place}")
        self.assertIn("wrong version number", done.err)  # TLS began, with a server that speaks none.
        self.assertEqual(proxy.asked, [("nowhere.invalid", 443)])
        self.assertEqual(self.install("http://nowhere.invalid", None, no_proxy="nowhere.invalid",
                                      all_proxy=f"socks5h://{proxy.place}").code, 1)
        self.assertEqual(len(proxy.asked), 1)

    def test_user_and_password_are_for_the_proxy(self):
        proxy = Proxy(self, self.port, login=("me", SECRET + "#:"))
        done = self.install("http://nowhere.invalid", f"socks5h://me:{SECRET}%23%3a@{proxy.place}")
        self.assertEqual(done.code, 0, str(done))
        for login, told in ((f"me:{SECRET}@", "does not accept the user or the password"),
                            ("", "wants to know a user"), (f"{SECRET * 30}@", "more than 255 bytes")):
            done = self.install("http://nowhere.invalid", f"socks5h://{login}{proxy.place}")
            self.assertEqual(done.code, 1)
            self.assertIn(f"the socks proxy 'socks5h://{proxy.place}/' ", done.err)
            self.assertIn(told, done.err)
            self.assertNotIn(SECRET, done.out + done.err)

    def test_a_proxy_without_passwords_takes_a_url_with_one(self):
        proxy = Proxy(self, self.port)
        done = self.install("http://nowhere.invalid", f"socks5h://me:{SECRET}@{proxy.place}")
        self.assertEqual(done.code, 0, str(done))

    def test_what_a_proxy_refuses_is_told(self):
        for reply, told in ((2, "connection not allowed by ruleset"), (5, "connection refused"), (99, "unknown reply")):
            proxy = Proxy(self, self.port, reply=reply)
            done = self.install("http://nowhere.invalid", f"socks5h://{proxy.place}")
            self.assertIn(f"the socks proxy 'socks5h://{proxy.place}/' cannot connect: {told}", done.err)

    def test_what_is_no_socks_proxy_is_told(self):
        done = self.install("http://nowhere.invalid", f"socks5h://127.0.0.1:{self.port}", RUSTUP_DOWNLOAD_TIMEOUT=1)
        self.assertEqual(done.code, 1)
        self.assertIn("the socks proxy 'socks5h://127.0.0.1", done.err)


if __name__ == "__main__":
    main()
