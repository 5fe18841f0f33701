#!/usr/bin/env python3
"""`latchkey export` and `import`: toolchains in one file, for the caches of CI systems."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import unittest

from harness import schemas
from harness.cases import ProcessTest, main
from harness.checks import entries, every_file, faults, leftovers
from harness.dists import NEW_DATE, OLD_DATE, switch_stable, two_stables
from harness.environment import HOST, STABLE
from harness.processes import Holder
from harness.rustup import make_by_hand
from harness.small_disk import SmallDisk
from harness.users import AS_NOBODY, IS_ROOT

NOWHERE = "http://127.0.0.1:9"
ZSTD = shutil.which("zstd")


def content(folder):
    """Path → (mode, content), without the tag, of which each generation has its own.

    Two notes have the components in the order in which they were added.
    """
    found = {path: (oct((folder / path).stat().st_mode), (folder / path).read_bytes())
             for path in every_file(folder) if path != "lib/rustlib/.latchkey"}
    for note in ("components", "multirust-config.toml"):
        mode, text = found[f"lib/rustlib/{note}"]
        found[f"lib/rustlib/{note}"] = mode, sorted(line for line in text.splitlines()
                                                    if b"is_extension" not in line)
    return found


class ExportTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.dist = two_stables(self.root / "dist")
        self.temp = self.home(f"file://{self.dist}")
        self.far = self.home(NOWHERE, "far")
        self.file = self.root / "rust.tar.zst"

    def install(self):
        self.temp.install("stable", may_lag=False)
        self.temp.good("component", "add", "clippy", "rust-docs", "rust-src")
        self.temp.good("target", "add", "wasm32-unknown-unknown")

    def export(self, *words, code=0, file=None):
        done = self.temp.run("export", *words, "-o", str(file or self.file))
        self.assertEqual(done.code, code, str(done))
        return done

    def import_it(self, *words, code=0, home=None, **options):
        done = (home or self.far).run("import", str(self.file), *words, **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def assert_nothing_was_installed(self):
        self.assertEqual(self.far.components(), set())
        self.assertFalse((self.far.rustup / "toolchains" / STABLE).exists())
        self.assertEqual(leftovers(self.far), [])


class Exports(ExportTest):
    def test_a_toolchain_arrives_as_it_was(self):
        self.install()
        self.export("stable")
        self.assertIn(f"{STABLE}: installed, 7 components", self.import_it().out)
        self.assertEqual(content(self.far.toolchain()), content(self.temp.toolchain()))
        self.assertEqual(faults(self.far, STABLE, self.dist), [])
        self.assertEqual(leftovers(self.far), [])
        self.far.good("toolchain", "verify", "stable")
        self.assertIn("1.95.0", self.far.good("run", "stable", "rustc", "--version").out)
        self.assertEqual([each["what"] for each in self.far.commits()], ["install"])

    def test_the_imported_one_is_changed_and_updated_like_any(self):
        switch_stable(self.dist, OLD_DATE)
        self.install()
        self.export("stable")
        self.import_it()
        server = {"RUSTUP_DIST_SERVER": f"file://{self.dist}"}
        self.far.good("component", "remove", "clippy", "--toolchain", "stable")
        self.assertIn("unchanged", self.far.good("update", "stable", "--no-self-update", **server).out)
        switch_stable(self.dist, NEW_DATE)
        self.assertIn("1.95.0", self.far.good("update", "stable", "--no-self-update", **server).out)
        self.assertEqual(faults(self.far, STABLE, self.dist), [])

    def test_the_same_toolchain_gives_the_same_bytes(self):
        """Installed by another command, in another order, by a copy, and by an import of it."""
        self.install()
        self.export("stable")
        first = self.file.read_bytes()
        other = self.home(f"file://{self.dist}", "other")
        other.good("toolchain", "install", "stable", "--profile", "minimal", "-c", "rust-src",
                   "--no-self-update")
        other.good("target", "add", "wasm32-unknown-unknown")
        other.good("component", "add", "rust-docs", "clippy")
        self.import_it()
        for home in (other, self.far):
            piped = subprocess.run([home.binary, "export", "stable", "-o", "-"], env=home.environment,
                                   capture_output=True, timeout=60, check=True)
            self.assertEqual(hashlib.sha256(piped.stdout).hexdigest(),
                             hashlib.sha256(first).hexdigest())

    def test_the_users_files_come_along(self):
        self.install()
        mine = {"bin/mine": 0o755, "share/mine/deep/er": 0o640}
        for path, mode in mine.items():
            (self.temp.toolchain() / path).parent.mkdir(parents=True, exist_ok=True)
            (self.temp.toolchain() / path).write_text(f"{path}\n")
            (self.temp.toolchain() / path).chmod(mode)
        (self.temp.toolchain() / "bin/link").symlink_to("/etc/passwd")
        self.assertIn("not a regular file: bin/link", self.export("stable").out)
        self.import_it()
        for path, mode in mine.items():
            self.assertEqual((self.far.toolchain() / path).read_text(), f"{path}\n")
            self.assertEqual((self.far.toolchain() / path).stat().st_mode & 0o777, mode)
        self.assertFalse((self.far.toolchain() / "bin/link").is_symlink())
        self.assertNotIn("not replaced", self.import_it().out)
        (self.far.toolchain() / "bin/mine").write_text("edited")
        self.assertIn("not replaced, since it is there: bin/mine", self.import_it().out)
        self.assertEqual((self.far.toolchain() / "bin/mine").read_text(), "edited")

    def test_several_toolchains_are_in_one_file(self):
        self.install()
        self.temp.install(f"stable-{OLD_DATE}", may_lag=False)
        document = schemas.check(self.export(STABLE, f"stable-{OLD_DATE}", "--format", "json").out)
        self.assertEqual([each["name"] for each in document["toolchains"]],
                         [f"stable-{OLD_DATE}-{HOST}", STABLE])
        self.assertEqual(document["sha256"], hashlib.sha256(self.file.read_bytes()).hexdigest())
        document = schemas.check(self.import_it("--format", "json").out)
        self.assertEqual([each["changed"] for each in document["toolchains"]], [True, True])
        for name in (STABLE, f"stable-{OLD_DATE}-{HOST}"):
            self.assertEqual(content(self.far.toolchain(name)), content(self.temp.toolchain(name)))

    def test_what_another_toolchain_has_and_somebody_edited_is_taken_from_the_file(self):
        self.temp.install("1.95.0", may_lag=False)
        self.export("1.95.0")
        self.far.environment["RUSTUP_DIST_SERVER"] = self.temp.environment["RUSTUP_DIST_SERVER"]
        self.far.install("stable", may_lag=False)
        cargo = self.far.toolchain() / "bin/cargo"
        text = cargo.read_text()
        cargo.write_text(text + "# edited\n")
        self.import_it()
        name = f"1.95.0-{HOST}"
        self.assertEqual(content(self.far.toolchain(name)), content(self.temp.toolchain(name)))
        self.assertIn("# edited", cargo.read_text())

    def test_what_is_equal_stays_and_what_differs_is_replaced_only_by_force(self):
        self.install()
        self.export("stable")
        self.import_it()
        before = self.far.serial()
        self.assertIn(f"{STABLE}: unchanged", self.import_it().out)
        self.assertIn(f"{STABLE}: unchanged", self.import_it("--force").out)
        self.assertEqual(self.far.serial(), before)
        self.far.good("component", "remove", "clippy", "--toolchain", "stable")
        self.assertIn("`--force` replaces it", self.import_it(code=1).err)
        self.assertNotIn(f"clippy-preview-{HOST}", self.far.components())
        self.import_it("--force")
        self.assertEqual(content(self.far.toolchain()), content(self.temp.toolchain()))
        self.assertEqual(leftovers(self.far), [])

    def test_force_replaces_another_release_and_running_tools_keep_theirs(self):
        switch_stable(self.dist, OLD_DATE)
        near = self.home(f"file://{self.dist}", "near")
        near.install("stable", may_lag=False)
        near.good("component", "add", "rust-analyzer")
        mine = near.toolchain() / "share/mine.txt"
        mine.parent.mkdir(exist_ok=True)
        mine.write_text("mine")
        switch_stable(self.dist, NEW_DATE)
        self.install()
        self.export("stable")
        held = Holder(near.latchkey / "locks", f"directory:home/{STABLE}")
        self.import_it("--force", home=near, RUSTUP_DIST_SERVER=NOWHERE)
        self.assertEqual(set(near.components()), set(self.temp.components()))
        self.assertIn(OLD_DATE, (near.toolchain() / "lib/rustlib/multirust-channel-manifest.toml").read_text())
        held.let_go()
        near.good("tidy")
        self.assertEqual(mine.read_text(), "mine")
        mine.unlink()
        self.assertEqual(content(near.toolchain()), content(self.temp.toolchain()))
        self.assertEqual(leftovers(near), [])

    def test_what_cannot_be_verified_is_not_exported(self):
        for words, text in ((("stable",), "is not installed"), (("mine",), "is a link to")):
            if words[0] == "mine":
                self.install()
                self.temp.good("toolchain", "link", "mine", str(self.temp.toolchain()))
            self.assertIn(text, self.export(*words, code=1).err)
        path = self.temp.toolchain() / "bin/rustc"
        text = path.read_text()
        path.write_text(text.replace("e", "f"))
        self.assertIn("'bin/rustc' of toolchain", self.export("stable", code=1).err)
        path.unlink()
        self.assertIn("verify --repair", self.export("stable", code=1).err)
        self.assertEqual([path.name for path in self.root.iterdir() if "tar.zst" in path.name], [])
        by_hand = self.home(f"file://{self.dist}", "by-hand")
        make_by_hand(by_hand, self.dist)
        done = by_hand.run("export", "stable", "-o", str(self.file))
        self.assertEqual(done.code, 1)
        self.assertIn("cannot be verified: rustup or a hand put it there", done.err)

    def test_a_damaged_file_installs_nothing(self):
        self.install()
        self.export("stable")
        whole = self.file.read_bytes()
        head = 6  # Of zstd: a bit in it may mean nothing, or a larger window.
        for place in range(head, len(whole), len(whole) // 12):
            bad = bytearray(whole)
            bad[place] ^= 0x10
            self.file.write_bytes(bad)
            self.import_it(code=1)
            self.assert_nothing_was_installed()
        for bad in (whole[:-1], whole[:len(whole) // 2], b"", b"what", whole + b"more"):
            self.file.write_bytes(bad)
            self.assertIn("is damaged", self.import_it(code=1).err)
            self.assert_nothing_was_installed()
        self.file.unlink()
        self.assertIn("No such file", self.import_it(code=1).err)

    @unittest.skipUnless(ZSTD, "no zstd to pack wicked archives with")
    def test_names_that_lead_elsewhere_are_refused(self):
        """Each member in turn gets another name, is changed, left out, or becomes a link."""
        self.install()
        (self.temp.toolchain() / "bin/mine").write_text("mine")
        self.export("stable")
        plain = subprocess.run([ZSTD, "-dc", self.file], capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
            members = [(each, tar.extractfile(each).read()) for each in tar.getmembers()]
        place = next(i for i, (each, _) in enumerate(members) if each.name.endswith("bin/cargo"))
        last = len(members) - 1
        self.assertTrue(members[last][0].name.endswith("/extra/bin/mine"))

        def crafted(number, change):
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
                for i, (each, data) in enumerate(members):
                    info = tarfile.TarInfo(each.name)
                    info.size, info.mode = len(data), each.mode
                    if i == number:
                        info, data = change(info, data)
                        if info is None:
                            continue
                    tar.addfile(info, io.BytesIO(data))
            done = subprocess.run([ZSTD, "-qc"], input=buffer.getvalue(), capture_output=True, check=True)
            self.file.write_bytes(done.stdout)

        def named(name):
            def change(info, data):
                info.name = name(info.name)
                return info, data
            return change

        def linked(info, data):
            info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc", 0
            return info, b""

        def changed(info, data):
            return info, data[:-1] + b"X"

        outside = self.root / "outside"
        for number, change in (
                (place, named(lambda name: name.replace("bin/cargo", "../../../outside"))),
                (place, named(lambda name: str(outside))), (place, linked), (place, changed),
                (place, lambda info, data: (None, None)), (0, lambda info, data: (None, None)),
                (1, changed), (2, changed),
                (0, named(lambda name: name.replace("stable", "beta")))):
            crafted(number, change)
            self.assertIn("is damaged", self.import_it(code=1).err.replace("could not parse", "is damaged"))
            self.assert_nothing_was_installed()
        for change in (named(lambda name: name.replace("bin/mine", "../../../outside")), linked):
            crafted(last, change)
            self.import_it(code=1)
        self.assertFalse(outside.exists())

    def test_an_import_waits_for_nobody_and_tells_who_is_in_the_way(self):
        self.install()
        self.export("stable")
        self.import_it()
        self.far.good("toolchain", "uninstall", "stable")
        tree = next(iter((self.temp.latchkey / "trees").iterdir())).name.split(".")[0]
        holder = Holder(self.far.latchkey / "locks", f"unpack:{tree}")
        self.assertIn("import again", self.import_it(code=1).err)
        self.assert_nothing_was_installed()
        holder.let_go()
        self.import_it()

    @unittest.skipUnless(IS_ROOT, "only root can be somebody else")
    def test_another_user_imports_it(self):
        self.install()
        self.export("stable")
        self.file.chmod(0o644)
        for path in (self.far.root, *self.far.root.iterdir()):
            os.chown(path, 65534, 65534)
        self.import_it(prefix=AS_NOBODY)
        self.assertEqual(content(self.far.toolchain()), content(self.temp.toolchain()))
        self.assertEqual(self.far.toolchain().stat().st_uid, 65534)

    def test_where_signatures_are_required_nothing_is_imported(self):
        self.temp.install("stable", may_lag=False)
        self.export("stable")
        done = self.import_it(code=1, RUSTUP_SIGNATURE="require")
        self.assertIn("has no signature, and one is required", done.err)
        self.assertEqual(entries(self.far.rustup / "toolchains"), [])
        self.import_it()


class FullDisk(SmallDisk, ExportTest):
    def setUp(self):
        super().setUp()
        self.temp.install("stable", may_lag=False)

    def test_an_export_that_does_not_fit_leaves_the_old_one(self):
        self.file = self.disk / "rust.tar.zst"
        self.file.write_bytes(b"the old one")
        self.leave(4 << 10)
        done = self.export("stable", code=1)
        self.assertIn("No space left", done.err)
        self.assertEqual(self.file.read_bytes(), b"the old one")
        self.assertEqual(sorted(entries(self.disk)), ["ballast", "rust.tar.zst"])
        self.ballast.unlink()
        self.export("stable")
        self.import_it()

    def test_an_import_that_does_not_fit_leaves_nothing(self):
        self.export("stable")
        self.far = self.home(NOWHERE, "disk/far")
        self.leave(16 << 10)
        done = self.import_it(code=1)
        self.assertIn("No space left", done.err)
        self.assertEqual(entries(self.far.rustup / "toolchains"), [])
        self.ballast.unlink()
        self.import_it()
        self.assertEqual(content(self.far.toolchain()), content(self.temp.toolchain()))
        self.assertEqual(leftovers(self.far), [])


if __name__ == "__main__":
    main()
