#!/usr/bin/env python3
"""Systems that lack what others have: certificates, name services, glibc.

What they lack is hidden in a mount namespace of this program's own.
"""

import os
import shutil
import ssl
import struct
import subprocess
import unittest

from harness import namespaces
from harness.cases import ProcessTest, main
from harness.crafted import CraftedDist
from harness.environment import BINARY
from harness.servers import ScriptedServer, make_certificate

# Wherever a distribution may have certificates, and this machine has some.
PLACES = ("/etc/ssl", "/usr/lib/ssl", "/etc/pki", "/etc/ca-certificates", "/var/lib/ca-certificates")
WARNING = "warn: no certificates found on this system; "
MUSL, GLIBC = "/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"


def program(loader):
    """The beginning of an ELF file that names this loader."""
    name = loader.encode() + b"\0"
    header = struct.pack("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 3, 62, 1, 0, 64, 0, 0, 64,
                         56, 1, 0, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 3, 4, 120, 0, 0, len(name), len(name), 1) + name


class BareSystem(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = CraftedDist(self.root / "dist").out
        self.server = ScriptedServer(self, self.dist)

    def mount(self, *words):
        subprocess.run(["mount", *map(str, words)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(words[-1])], check=False)

    def install(self, url, **variables):
        home = self.home(url, f"home-{len(list(self.root.iterdir()))}")
        return home.run("toolchain", "install", "stable", "--profile", "minimal", "--no-self-update",
                        RUSTUP_MAX_RETRIES=0,
                        **{"SSL_CERT_FILE": None, "SSL_CERT_DIR": None} | variables)

    @unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
    def test_without_certificates_those_that_are_built_in_count_and_are_told_once(self):
        pem, key = make_certificate(self.root)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        server = ScriptedServer(self, self.dist)
        server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        for place in PLACES:
            if os.path.isdir(place):
                self.mount("-t", "tmpfs", "tmpfs", place)

        refused = self.install(url)
        self.assertEqual(refused.code, 1)
        self.assertIn("the server's certificate is not trusted: ", refused.err)
        self.assertEqual(refused.err.count(WARNING), 1, refused.err)
        self.assertIn("install the package 'ca-certificates'", refused.err)
        self.assertEqual(server.requests, [])

        nowhere = self.install(url, SSL_CERT_FILE="/nonexistent")
        self.assertEqual(nowhere.code, 1)
        self.assertIn("warn: SSL_CERT_FILE and SSL_CERT_DIR name nothing that exists "
                      "('/nonexistent'); no certificates found on this system; ", nowhere.err)

        named = self.install(url, SSL_CERT_FILE=pem)
        self.assertEqual(named.code, 0, str(named))
        self.assertNotIn("certificate", named.err)

        plain = self.install(self.server.url)
        self.assertEqual(plain.code, 0, str(plain))
        self.assertNotIn("certificate", plain.err)

        # A system's collection where one of the others has it.
        os.makedirs("/etc/ssl/certs")
        shutil.copy(pem, "/etc/ssl/certs/ca-bundle.crt")
        found = self.install(url)
        self.assertEqual(found.code, 0, str(found))
        self.assertNotIn("certificate", found.err)

    def test_hosts_and_dns_are_asked_whatever_the_system_would_ask(self):
        hosts, order = self.root / "hosts", self.root / "nsswitch.conf"
        hosts.write_text("127.0.0.1 far.example\n")
        order.write_text("passwd: systemd\nhosts: mymachines\n")
        if not os.path.exists("/etc/nsswitch.conf"):
            self.skipTest("no /etc/nsswitch.conf to be mounted over")
        self.mount("--bind", hosts, "/etc/hosts")
        self.mount("--bind", order, "/etc/nsswitch.conf")
        done = self.install(self.server.url.replace("127.0.0.1", "far.example"))
        self.assertEqual(done.code, 0, str(done))
        others = subprocess.run(["getent", "hosts", "far.example"], capture_output=True, check=False)
        self.assertNotEqual(others.returncode, 0)  # They do as the file says.

    @unittest.skipUnless(os.uname().machine == "x86_64", "this test's systems are of x86_64")
    def test_the_host_is_that_of_the_systems_programs(self):
        """In roots with what the program itself needs, and with these shells."""
        for name, loader, host in (("alpine", MUSL, "musl"), ("debian", GLIBC, "gnu")):
            root = self.root / name
            for folder in ("/bin", "/lib", "/proc", "/home"):
                (root / folder[1:]).mkdir(parents=True)
            for place in ("/lib64", "/lib/x86_64-linux-gnu", "/proc"):
                if os.path.isdir(place):
                    (root / place[1:]).mkdir(exist_ok=True)
                    self.mount("--bind", place, root / place[1:])
            (root / MUSL[1:]).touch()
            (root / "bin/sh").write_bytes(program(loader))
            shutil.copy(BINARY, root / "latchkey")
            shown = subprocess.run(["/usr/sbin/chroot", root, "/latchkey", "show"], env={"HOME": "/home"},
                                   capture_output=True, text=True, check=False)
            self.assertIn(f"Default host: x86_64-unknown-linux-{host}\n", shown.stdout, shown.stderr)


if __name__ == "__main__":
    namespaces.enter()
    main()
