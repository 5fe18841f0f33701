"""OpenPGP keys and signatures for tests (RFC 4880), by `openssl` alone."""

import base64
import pathlib
import re
import struct
import subprocess
import time

SHA512, SHA1 = 10, 2
NAMES = {SHA512: "sha512", SHA1: "sha1"}


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True,
                          capture_output=True).stdout


def number(data):
    """A big number with its size in bits."""
    data = data.lstrip(b"\0")
    return struct.pack(">H", int.from_bytes(data, "big").bit_length()) + data


def packet(tag, body):
    return bytes([0xC0 | tag, 0xFF]) + struct.pack(">I", len(body)) + body


def field(kind, value):
    return bytes([len(value) + 1, kind]) + value


def crc24(data):
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


def armor(label, data):
    letters = base64.b64encode(data).decode()
    lines = [letters[at:at + 64] for at in range(0, len(letters), 64)]
    checksum = base64.b64encode(crc24(data).to_bytes(3, "big")).decode()
    return "\n".join([f"-----BEGIN PGP {label}-----", "", *lines, f"={checksum}",
                      f"-----END PGP {label}-----", ""])


class Signer:
    """A new RSA key.

    Attributes:
        file: the public key, in armor.
        fingerprint: 40 hex digits.
    """

    def __init__(self, folder, name="signer", created=None):
        self.secret = pathlib.Path(folder) / f"{name}.pem"
        self.user_id = f"{name} <{name}@example.org>"
        self.created = created or int(time.time()) - 86400
        openssl("genrsa", "-out", self.secret, 2048)
        modulus = bytes.fromhex(
            re.search(rb"=([0-9A-F]+)", openssl("rsa", "-in", self.secret, "-noout", "-modulus"))[1]
            .decode())
        self.body = (b"\x04" + struct.pack(">I", self.created) + b"\x01" + number(modulus) +
                     number((65537).to_bytes(3, "big")))
        self.hashed = b"\x99" + struct.pack(">H", len(self.body)) + self.body
        self.fingerprint = openssl("dgst", "-sha1", "-binary", data=self.hashed).hex().upper()
        self.file = pathlib.Path(folder) / f"{name}.asc"
        self.file.write_text(self.public_key())

    def signature(self, data, kind=0x00, digest=SHA512, fields=b"", created=None):
        """The packet of a signature, of now if no other time is said."""
        inside = field(2, struct.pack(">I", created or int(time.time()))) + fields
        head = bytes([4, kind, 1, digest]) + struct.pack(">H", len(inside)) + inside
        whole = data + head + b"\x04\xff" + struct.pack(">I", len(head))
        issuer = field(16, bytes.fromhex(self.fingerprint)[12:])
        begin = openssl("dgst", f"-{NAMES[digest]}", "-binary", data=whole)[:2]
        signed = openssl("dgst", f"-{NAMES[digest]}", "-sign", self.secret, data=whole)
        return packet(2, head + struct.pack(">H", len(issuer)) + issuer + begin + number(signed))

    def public_key(self, fields=b""):
        user_id = self.user_id.encode()
        vouched = self.hashed + b"\xb4" + struct.pack(">I", len(user_id)) + user_id
        certification = self.signature(vouched, 0x13, fields=field(27, b"\x03") + fields,
                                       created=self.created)
        return armor("PUBLIC KEY BLOCK",
                     packet(6, self.body) + packet(13, user_id) + certification)

    def detached(self, data, **options):
        """What `gpg --armor --detach-sign` writes."""
        return armor("SIGNATURE", self.signature(data, **options))

    def sign(self, path, **options):
        """Puts a signature beside a file."""
        beside = path.with_name(path.name + ".asc")
        beside.write_text(self.detached(path.read_bytes(), **options))
        return beside
