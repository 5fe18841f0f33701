#!/usr/bin/env python3
"""What docs/security.md says of servers: what they can bring in, what they are told, and over which TLS."""

import hashlib
import shutil
import ssl
import stat
import unittest
import warnings

from harness.cases import ProcessTest, main
from harness.checks import entries_of, leftovers
from harness.crafted import RUSTC, CraftedDist, package
from harness.environment import HOST
from harness.servers import ScriptedServer, make_certificate, redirect, serve_connections, status

SECRET = "s3cretWord"


class Servers(ProcessTest):
    def dist(self, name="dist"):
        return CraftedDist(self.root / name)

    def test_a_manifest_that_is_not_that_of_its_hash_is_refused(self):
        dist = self.dist()
        for path in dist.out.rglob("channel-rust-stable.toml"):
            path.write_text(path.read_text().replace("crafted", "altered"))
        home = self.home(f"file://{dist.out}")
        done = home.run("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update")
        self.assertNotEqual(done.code, 0, str(done))
        self.assertIsNone(home.current())
        self.assertEqual(leftovers(home, downloads=True), [])

    def test_no_server_can_put_its_files_into_the_toolchain_of_another(self):
        """It lists the other's hash as its own for an encoding that is not fetched."""
        good = self.dist("good")
        _, hash_of_good = good.components["rustc"]["gz"]
        evil = self.dist("evil")
        evil.add("rustc", package("rustc", {"bin/rustc": b"#!/bin/sh\necho evil\n"}))
        for path in evil.out.rglob("channel-rust-*.toml"):
            text = path.read_text()
            text += (f'xz_hash = "{hash_of_good}"\n'
                     f'xz_url = "https://static.rust-lang.org/dist/{evil.date}/none.tar.xz"\n')
            path.write_text(text)
            digest = hashlib.sha256(text.encode()).hexdigest()
            path.with_name(path.name + ".sha256").write_text(f"{digest}  {path.name}\n")
        home = self.home(f"file://{evil.out}")
        home.good("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                  LATCHKEY_COMPRESSION="gz")
        self.assertIn(b"evil", (home.toolchain() / "bin/rustc").read_bytes())
        self.assertTrue((home.latchkey / "trees" / f"{hash_of_good}.json.gz").is_file(),
                        "the trap is not set")
        home.good("toolchain", "install", "1.95.0", "--profile", "minimal", "--no-self-update",
                  RUSTUP_DIST_SERVER=f"file://{good.out}")
        rustc = home.toolchain(f"1.95.0-{HOST}") / "bin/rustc"
        self.assertEqual(rustc.read_bytes(), RUSTC)

    def all_of(self, home):
        for path, about in entries_of(home.root):
            if stat.S_ISREG(about.st_mode):
                yield path, path.read_bytes()

    def test_passwords_in_addresses_are_neither_shown_nor_kept(self):
        dist = self.dist()
        dist.add("clippy", package("clippy", {"bin/clippy": b"x"}))
        server = ScriptedServer(self, dist.out)
        home = self.home(server.url.replace("http://", f"http://me:{SECRET}@"))
        home.environment |= {"RUSTUP_LOG": "trace", "RUSTUP_UPDATE_ROOT":
                             server.url.replace("http://", f"http://me:{SECRET}@") + "/rustup"}
        said = []

        def run(*words, **variables):
            done = home.run(*words, **variables)
            said.append(str(done))
            return done
        self.assertEqual(run("toolchain", "install", "stable", "--profile", "minimal",
                             "--no-self-update").code, 0)
        run("-v", "check")
        run("self", "update")
        run("toolchain", "install", "9.9.9")
        archive = next(dist.day.glob("clippy-*"))
        whole = archive.read_bytes()
        archive.write_bytes(whole[:-1] + b"!")
        self.assertNotEqual(run("component", "add", "clippy").code, 0)
        self.assertIn("checksum failed for 'http://127.0.0.1", said[-1])
        server.on("clippy", status(500))
        self.assertNotEqual(run("component", "add", "clippy", RUSTUP_MAX_RETRIES=0).code, 0)
        server.on("", status(404))
        run("update")
        passwords = [SECRET, f"{SECRET}#1", f"{SECRET}/1", f"{SECRET}?1", f"{SECRET}\\1", f"1@{SECRET}/"]
        for password in passwords:
            for proxy in (f"http://me:{password}@127.0.0.1:9", f"me:{password}@no host:1",
                          f"socks4://me:{password}@h:1"):
                self.assertNotEqual(run("update", http_proxy=proxy, RUSTUP_MAX_RETRIES=0).code, 0)
            if "@" in password:
                continue  # A server may have a path with an '@', and this would be one.
            for odd in (f"http://me:{password}@no host", f"http://me:{password}@h:x",
                        f"http://me:{password}@h:1/\udcff"):
                done = run("-v", "update", "stable", RUSTUP_DIST_SERVER=odd, RUSTUP_MAX_RETRIES=0)
                self.assertNotEqual(done.code, 0)
        self.assertNotEqual(run("update", RUSTUP_DIST_SERVER=f"http://me:{SECRET}@127.0.0.1:9",
                                RUSTUP_MAX_RETRIES=0).code, 0)
        self.assertEqual([text for text in said if SECRET in text], [])
        self.assertEqual([path for path, data in self.all_of(home) if SECRET.encode() in data], [])

    def test_the_query_of_a_redirect_is_not_shown(self):
        """It may have a signature, which is as good as a password."""
        dist = self.dist()
        server = ScriptedServer(self, dist.out)
        home = self.home(server.url)
        for target in ("http://127.0.0.1:9/x", "http://127.0.0.1:99999/x", "ftp://h/x", "http://me:a#b@h/x",
                       "http://[x/x", f"{server.url}/missing"):
            for behave in (redirect(f"{target}?Signature={SECRET}"), redirect(f"{target}?S={SECRET}@x#{SECRET}")):
                server.on("rustc-", behave)
                for variables in ({}, {"RUST_BACKTRACE": "1"}, {"RUSTUP_LOG": "trace"}):
                    done = home.run("-v", "toolchain", "install", "stable", "--profile", "minimal",
                                    "--no-self-update", RUSTUP_MAX_RETRIES=0, **variables)
                    self.assertNotEqual(done.code, 0, target)
                    self.assertNotIn(SECRET, done.out + done.err, target)

    def test_a_redirect_to_another_server_takes_no_password_there(self):
        dist = self.dist()
        other, first = ScriptedServer(self, dist.out), ScriptedServer(self, dist.out)
        sent = []

        def note(exchange):
            sent.append((exchange.handler.server.owner, exchange.handler.headers.get("Authorization")))
            if exchange.handler.server.owner is first:
                exchange.head(302, 0, Location=other.url + exchange.path)
            else:
                exchange.head()
                exchange.send(exchange.rest)
        first.on("rustc-", note)
        other.on("rustc-", note)
        home = self.home(first.url.replace("http://", f"http://me:{SECRET}@"))
        home.install()
        self.assertEqual([server for server, _ in sent], [first, other])
        self.assertTrue(sent[0][1].startswith("Basic "))
        self.assertIsNone(sent[1][1])


@unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
class Tls(ProcessTest):
    def setUp(self):
        super().setUp()
        self.pem, self.key = make_certificate(self.root)
        self.shaken = []

    def serve(self, lowest, highest):
        """A server that shakes hands and hangs up. Gives its address."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = lowest, highest

        def shake(connection):
            with context.wrap_socket(connection, server_side=True) as tls:
                self.shaken.append(tls.version())
        return f"https://{serve_connections(self, shake)}"

    def ask(self, url, **variables):
        home = self.home(url)
        return home.run("toolchain", "install", "stable", RUSTUP_MAX_RETRIES=0,
                        **({"SSL_CERT_FILE": self.pem} | variables))

    def test_tls_1_2_is_the_oldest_that_is_spoken(self):
        version = ssl.TLSVersion
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for only in (version.TLSv1_2, version.TLSv1_3):
                self.ask(self.serve(only, only))
            self.assertEqual(self.shaken, ["TLSv1.2", "TLSv1.3"])
            done = self.ask(self.serve(version.TLSv1, version.TLSv1_1))
        self.assertEqual(len(self.shaken), 2)
        self.assertNotEqual(done.code, 0)

    def test_no_variable_switches_verification_off(self):
        url = self.serve(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
        off = {name: "0" for name in ("PYTHONHTTPSVERIFY", "NODE_TLS_REJECT_UNAUTHORIZED",
                                      "CARGO_HTTP_CHECK_REVOKE", "RUSTUP_USE_RUSTLS", "RUSTUP_USE_REQWEST")}
        off |= {name: "1" for name in ("GIT_SSL_NO_VERIFY", "CURL_INSECURE", "RUSTUP_USE_CURL",
                                       "RUSTUP_INSECURE", "SSL_NO_VERIFY")}
        done = self.ask(url, SSL_CERT_FILE=None, **off)
        self.assertIn("certificate is not trusted", done.err)
        self.assertEqual(self.shaken, [])


if __name__ == "__main__":
    main()
