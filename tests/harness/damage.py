"""What a lost power supply leaves behind."""

import gzip
import json
import os
import re

OTHER_BOOT = "00000000-1111-2222-3333-444444444444"


def restart(home):
    """As if the machine had lost its power since the last change, and nothing were synced."""
    for path in (home.latchkey / "toolchains").glob("*/state"):
        text = re.sub(r"^(written \d+) .*$", rf"\1 {OTHER_BOOT}", path.read_text(), flags=re.M)
        path.write_text(text.replace("\nsynced 1\n", "\nsynced 0\n"))
    for path in (home.latchkey / "trees").glob("*.json.gz"):
        header, rest = gzip.decompress(path.read_bytes()).decode().split("\n", 1)
        # The first line opens the object that the rest closes.
        opening = json.loads(header.rstrip().rstrip(",") + "}")
        opening["header"] |= {"boot_id": OTHER_BOOT}
        path.write_bytes(gzip.compress(f"{json.dumps(opening)[:-1]},\n{rest}".encode()))


def cut(path, size):
    """As a lost write leaves it: only the bytes are others. Its length stays if `size` is None."""
    about = path.stat()
    os.truncate(path, size or 0)
    if size is None:
        os.truncate(path, about.st_size)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
