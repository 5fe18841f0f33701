#!/usr/bin/env python3
"""Boxes that open TLS, and old servers: what the program says to them, and what it takes from them."""

import os
import shutil
import ssl
import struct
import subprocess
import threading
import unittest

from harness.cases import ProcessTest, main
from harness.processes import wait_until
from harness.servers import make_certificate, serve_connections

ALERT, HANDSHAKE = 21, 22  # Types of records.
SUPPORTED_GROUPS, PADDING = 10, 21  # Types of extensions.


def record(kind, body):
    return struct.pack("!BHH", kind, 0x0303, len(body)) + body


def message(kind, body):
    return struct.pack("!B", kind) + struct.pack("!I", len(body))[1:] + body


def counted(size, data):
    """With its length in front, in so many bytes."""
    return len(data).to_bytes(size, "big") + data


def extensions(hello):
    """Those of a ClientHello, by type."""
    rest = hello[5 + 4 + 2 + 32:]
    for size in (1, 2, 1):  # Session, suites, compressions.
        length = int.from_bytes(rest[:size], "big")
        rest = rest[size + length:]
    rest = rest[2:]
    found = {}
    while rest:
        kind, length = struct.unpack("!HH", rest[:4])
        found[kind] = rest[4:4 + length]
        rest = rest[4 + length:]
    return found


@unittest.skipUnless(shutil.which("openssl"), "no openssl to make a certificate with")
class Boxes(ProcessTest):
    def setUp(self):
        super().setUp()
        self.pem, self.key = make_certificate(self.root)

    def serve(self, behave):
        """A server that does this with each connection. Gives its address."""
        return f"https://{serve_connections(self, behave)}"

    def ask(self, url):
        return self.home(url).run("toolchain", "install", "stable", RUSTUP_MAX_RETRIES=0,
                                  SSL_CERT_FILE=self.pem)

    def hello(self):
        """The first message of the program."""
        heard = []
        self.ask(self.serve(lambda connection: heard.append(connection.recv(65536))))
        return heard[0]

    def answer_by_tls(self, context, answer):
        """What the program makes of this one answer, after which the line is cut without a word."""
        def behave(connection):
            tls = context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True)
            tls.recv(65536)
            tls.sendall(answer)
            os.close(tls.detach())
        return self.ask(self.serve(behave)).err

    def context(self, ciphers="DEFAULT"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        context.set_ciphers(ciphers)
        return context

    def test_the_first_message_fits_into_a_segment_and_is_not_of_the_size_that_boxes_hang_on(self):
        hello = self.hello()
        self.assertEqual(hello[0], HANDSHAKE)
        self.assertEqual(len(hello), 5 + int.from_bytes(hello[3:5], "big"))
        self.assertLess(len(hello), 1200)
        self.assertFalse(256 <= len(hello) - 5 <= 511, len(hello))
        groups = extensions(hello)[SUPPORTED_GROUPS][2:]
        named = {int.from_bytes(groups[at:at + 2], "big") for at in range(0, len(groups), 2)}
        # X25519 and the curves of NIST; no group in which a key is as large as a segment.
        self.assertEqual(named, {29, 23, 24, 25})

    def test_a_server_without_secure_renegotiation_is_spoken_to(self):
        """It says TLS 1.2 with RSA, and has no extension at all. Who goes on sends a key."""
        heard = []

        def behave(connection):
            connection.recv(65536)
            hello = b"\x03\x03" + bytes(range(32)) + counted(1, b"") + b"\x00\x9c" + b"\x00"
            certificate = ssl.PEM_cert_to_DER_cert(self.pem.read_text())
            connection.sendall(record(HANDSHAKE, message(2, hello)) +
                               record(HANDSHAKE, message(11, counted(3, counted(3, certificate)))) +
                               record(HANDSHAKE, message(14, b"")))
            heard.append(connection.recv(65536)[0])
        self.ask(self.serve(behave))
        self.assertEqual(heard, [HANDSHAKE])

    def test_a_server_that_would_take_a_small_group_takes_a_curve(self):
        small = self.root / "dh.pem"
        subprocess.run(["openssl", "dhparam", "-dsaparam", "-out", small, "1024"], check=True,
                       capture_output=True)
        context = self.context("DHE+AESGCM:ECDHE+AESGCM:@SECLEVEL=0")
        context.load_dh_params(small)
        context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        said = self.answer_by_tls(context, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        self.assertIn("500", said)

    def test_an_answer_is_whole_by_its_length_and_not_by_a_cut_line(self):
        whole = self.answer_by_tls(self.context(), b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhash")
        self.assertIn("is malformed", whole)  # It was read: it is no hash.
        cut = self.answer_by_tls(self.context(), b"HTTP/1.1 200 OK\r\n\r\nhash")
        self.assertIn("the connection was cut", cut)

    def test_no_server_makes_the_program_negotiate_anew(self):
        server = subprocess.Popen(
            ["openssl", "s_server", "-accept", "0", "-tls1_2", "-cert", self.pem, "-key", self.key],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, ports = [], []

        def listen():
            for line in server.stdout:
                if line.startswith("ACCEPT ") and not ports:
                    ports.append(int(line.rsplit(":", 1)[1]))
                said.append(line)
        reader = threading.Thread(target=listen, daemon=True)
        reader.start()
        for done in (server.stdout.close, reader.join, server.stdin.close, server.wait, server.kill):
            self.addCleanup(done)
        self.assertTrue(wait_until(lambda: ports))
        home = self.home(f"https://127.0.0.1:{ports[0]}")
        program = home.spawn("toolchain", "install", "stable", RUSTUP_MAX_RETRIES=0,
                             SSL_CERT_FILE=self.pem)
        self.assertTrue(wait_until(lambda: any(line.startswith("GET ") for line in said)))
        server.stdin.write("R\n")
        server.stdin.flush()
        self.assertTrue(wait_until(lambda: any("no renegotiation" in line for line in said)), said)
        server.kill()
        self.assertNotEqual(program.finish().code, 0)


if __name__ == "__main__":
    main()
