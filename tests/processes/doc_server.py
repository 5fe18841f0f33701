#!/usr/bin/env python3
"""`rustup doc --serve`: the documentation of a toolchain, by HTTP, to this machine alone."""

import concurrent.futures
import http.client
import re
import signal
import socket

from harness.cases import ProcessTest, main
from harness.processes import wait_until

TYPES = {"a.html": "text/html; charset=utf-8", "a.css": "text/css", "a.js": "text/javascript",
         "a.svg": "image/svg+xml", "a.png": "image/png", "a.jpg": "image/jpeg", "a.woff2": "font/woff2",
         "a.txt": "text/plain; charset=utf-8", "a": "application/octet-stream"}


class DocServer(ProcessTest):
    def setUp(self):
        super().setUp()
        self.ours = self.home("file:///nonexistent")
        build = self.root / "build"
        self.docs = build / "share" / "doc" / "rust" / "html"
        for name in (*TYPES, "index.html", "std/index.html", "std/fs/fn.read.html", "a b%.html"):
            path = self.docs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"this is {name}")
        (self.docs / "empty").mkdir()
        (build / "secret").write_text("secret")
        for name in ("bin", "lib"):
            (build / name).mkdir()
        (build / "bin" / "rustc").touch()
        self.ours.good("toolchain", "link", "mine", build)
        self.ours.good("default", "mine")
        self.opened = self.root / "opened"
        self.browser = self.root / "browser"
        self.browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {self.opened}.new && mv {self.opened}.new {self.opened}\n')
        self.browser.chmod(0o755)

    def serve(self, *words, **variables):
        variables = {"BROWSER": self.browser} | variables
        self.server = self.ours.spawn("doc", "--serve", *words, **variables)
        self.addCleanup(self.end, self.server)
        said = wait_until(lambda: re.search(
            r"info: serving docs at (http://127\.0\.0\.1:(\d+)/(\S*)) \(press Ctrl-C to stop\)\n", self.server.err))
        self.assertTrue(said, self.server.err)
        self.port = int(said[2])
        return said[1], said[3]

    @staticmethod
    def end(server):
        server.process.kill()
        server.finish()

    def get(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    def test_the_page_is_opened_in_the_browser(self):
        for words, page in (([], "index.html"), (["--std"], "std/index.html"),
                            (["std::fs::read"], "std/fs/fn.read.html")):
            url, below = self.serve(*words)
            self.assertEqual(below, page)
            self.assertTrue(wait_until(self.opened.exists))
            self.assertEqual(self.opened.read_text(), url)
            self.opened.unlink()
            self.assertEqual(self.get("/" + page), (200, TYPES["a.html"], f"this is {page}"))

    def test_files_have_the_types_of_their_names(self):
        self.serve()
        for name, kind in TYPES.items():
            self.assertEqual(self.get(f"/{name}"), (200, kind, f"this is {name}"))
        self.assertEqual(self.get("/a%20b%25.html?search=x")[2], "this is a b%.html")
        self.assertEqual(self.get("/a.txt", "HEAD"), (200, TYPES["a.txt"], ""))

    def test_a_folder_is_its_index(self):
        self.serve()
        for path, name in (("/", "index.html"), ("/std", "std/index.html"), ("/std/", "std/index.html"),
                           ("//std/./", "std/index.html")):
            self.assertEqual(self.get(path), (200, TYPES["a.html"], f"this is {name}"))

    def test_what_is_not_below_the_documentation_is_not_found(self):
        self.serve()
        for path in ("/nothing", "/empty", "/../../../../secret", "/std/../index.html", "/%2e%2e/x",
                     "/a.txt%00", "/a.txt/x", "/%"):
            status, _, text = self.get(path)
            self.assertEqual((status, text), (404, "404 not found"), path)

    def test_only_this_machine_is_answered(self):
        self.serve()
        for host, status in ((f"localhost:{self.port}", 200), ("evil.example", 403), ("127.0.0.1", 403)):
            self.assertEqual(self.get("/", Host=host)[0], status, host)
        self.assertEqual(self.get("/", "POST")[0], 405)
        listening = self.listening()
        self.assertEqual(listening, {f"0100007F:{self.port:04X}"})

    def listening(self):
        with open("/proc/net/tcp", encoding="ascii") as table:
            lines = [line.split() for line in table.readlines()[1:]]
        return {line[1] for line in lines if line[3] == "0A" and line[1].endswith(f":{self.port:04X}")}

    def test_many_are_answered_at_once_and_those_that_say_nothing_are_in_nobodys_way(self):
        self.serve()
        silent = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(20)]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: self.get("/a.css"), range(200)))
        self.assertEqual(set(answers), {(200, "text/css", "this is a.css")})
        for one in silent:
            one.close()

    def test_it_ends_by_a_signal_whoever_is_connected(self):
        self.serve()
        with socket.create_connection(("127.0.0.1", self.port)) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\n")
            self.server.send(signal.SIGINT)
            self.assertEqual(self.server.process.wait(20), -signal.SIGINT)

    def test_it_goes_on_without_a_browser(self):
        self.serve(BROWSER="/nonexistent")
        self.assertEqual(self.get("/")[0], 200)
        self.assertIn("warn: couldn't open browser: ", self.server.err)

    def test_it_is_no_way_to_print_a_path(self):
        for words, said in ((["--path", "--serve"], "'--path' cannot be used with '--serve'"),
                            (["--serve", "--path"], "'--serve' cannot be used with '--path'")):
            done = self.ours.run("doc", *words)
            self.assertEqual(done.code, 1)
            self.assertIn(f"error: the argument {said}\n", done.err)


if __name__ == "__main__":
    main()
