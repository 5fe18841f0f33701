#!/usr/bin/env python3
"""What scripts/release makes: the same bytes each time, checked, packed, installed, updated."""

import gzip
import json
import os
import re
import shutil
import subprocess
import tarfile

from harness import plain_path, release
from harness.cases import ProcessTest, main
from harness.dists import stable_dist
from harness.environment import HOST
from harness.processes import Running
from harness.proxied import TOOLS
from harness.servers import Nginx

SIGNED = os.environ.get("LATCHKEY_SIGNED") or str(release.BUILD / "latchkey-signed")
INIT = {"RUSTUP_INIT_SKIP_SUDO_CHECK": "yes", "RUSTUP_INIT_SKIP_PATH_CHECK": "yes"}


def output(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True,
                          timeout=120, **options).stdout


def contents(folder):
    """Path → mode and bytes of all files."""
    return {str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
            for path in folder.rglob("*") if path.is_file()}


class MadeTest(ProcessTest):
    """The files."""

    def test_two_runs_make_the_same_bytes(self):
        other = self.root / "elsewhere" / "release"
        done = release.make(other, "--url", "http://127.0.0.1:9/nobody", cwd="/",
                            env=os.environ | {"TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/nonexistent"},
                            preexec_fn=lambda: os.umask(0o077))
        self.assertEqual(done.returncode, 0, done.stderr)
        one, two = contents(release.made()), contents(other)
        self.assertEqual(sorted(one), sorted(two))
        self.assertEqual([name for name in one if one[name] != two[name]], [])

    def test_everything_is_hashed_and_the_hashes_are_signed(self):
        made = release.made()
        told = output("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=made)
        hashed = {line.split(": ")[0] for line in told.splitlines()}
        lists = {name for name in contents(made) if "SHA256SUMS" in name}
        self.assertEqual(hashed, set(contents(made)) - lists)
        version = release.version(made)
        for folder in (made, made / "archive" / version):
            self.assertIn("Signature Verified Successfully", output(
                "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey",
                release.KEYS / "public.pem", "-in", folder / "SHA256SUMS", "-sigfile",
                folder / "SHA256SUMS.sig"))

    def test_the_layout_is_rustups(self):
        made = release.made()
        version = release.version(made)
        self.assertEqual((made / "release-stable.toml").read_text(),
                         f'schema-version = "1"\nversion = "{version}"\nprogram = "latchkey"\n')
        for folder in (made / "dist" / HOST, made / "archive" / version / HOST):
            self.assertEqual(output("sha256sum", "-c", "rustup-init.sha256", cwd=folder),
                             "rustup-init: OK\n")
            environment = {"RUSTUP_FORCE_ARG0": "latchkey", "HOME": str(self.root)}
            self.assertEqual(output(folder / "rustup-init", "--version", env=environment),
                             f"latchkey {version}\n")

    def test_a_tarball_has_program_pages_completions_and_texts(self):
        version = release.version(release.made())
        top = f"latchkey-{version}-{HOST}"
        with tarfile.open(release.made() / f"{top}.tar.gz") as tar:
            entries = {each.name: each for each in tar.getmembers()}
            files = {name.removeprefix(f"{top}/") for name, each in entries.items() if each.isfile()}
            self.assertLessEqual({
                "latchkey", "README.md", "CHANGELOG.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE",
                "completions/rustup.bash", "completions/_rustup", "completions/rustup.fish",
                "completions/rustup.elv", "completions/_rustup.ps1", "man/man1/rustup.1",
                "man/man1/latchkey.1", "man/man1/rustup-init.1",
                "man/man1/rustup-toolchain-install.1"}, files)
            self.assertEqual({(each.uid, each.gid, each.uname) for each in entries.values()},
                             {(0, 0, "root")})
            self.assertEqual(len({each.mtime for each in entries.values()}), 1)
            self.assertEqual(list(entries), sorted(entries))
            self.assertEqual({entries[f"{top}/{name}"].mode for name in files} - {0o644},
                             {0o755})
            self.assertEqual(tar.extractfile(f"{top}/latchkey").read(), (
                release.made() / "dist" / HOST / "rustup-init").read_bytes())

    def test_manual_pages_are_without_fault(self):
        with tarfile.open(next(release.made().glob("*.tar.gz"))) as tar:
            tar.extractall(self.root, filter="data")
        pages = sorted(self.root.glob("*/man/man1/*.1"))
        self.assertGreater(len(pages), 40)
        if shutil.which("mandoc"):
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        else:
            print("no mandoc: pages are not linted by it")
        for page in pages:
            done = subprocess.run(["man", "--warnings=w", "-l", page], capture_output=True, text=True,
                                  env=os.environ | {"MANPAGER": "cat", "MANROFFOPT": "-ww",
                                                    "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
                                  check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
            self.assertIn("SYNOPSIS", done.stdout)

    def test_the_bill_of_materials_names_what_is_linked(self):
        version = release.version(release.made())
        bom = json.loads((release.made() / f"latchkey-{version}-{HOST}.cdx.json").read_text())
        self.assertEqual((bom["bomFormat"], bom["specVersion"]), ("CycloneDX", "1.5"))
        self.assertRegex(bom["serialNumber"], r"\Aurn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
        found = {each["name"]: each for each in bom["components"]}
        self.assertEqual(len(found), len(bom["components"]))
        # By archives, by headers, and what the compiler adds.
        self.assertLessEqual({"openssl", "libarchive", "xz-utils", "libzstd", "xxhash",
                              "boost1.81", "fmtlib", "tomlplusplus", "gcc-12", "glibc", "libisal"},
                             set(found))
        self.assertNotIn("catch2", found)
        for name, each in found.items():
            version = each["version"].replace("+", "%2B")
            self.assertEqual(each["purl"], f"pkg:deb/debian/{name}@{version}?arch=source")
            self.assertTrue(each["licenses"][0]["expression"])
        installed = output("dpkg-query", "-W", "-f", "${source:Version}", "libssl-dev")
        self.assertEqual(found["openssl"]["version"], installed)
        self.assertGreaterEqual(found["xz-utils"]["version"], "5.8")  # Fetched, and not the system's.
        self.assertEqual(bom["dependencies"][0]["dependsOn"],
                         [each["bom-ref"] for each in bom["components"]])

    def test_a_key_of_another_kind_is_refused(self):
        key = self.root / "rsa.pem"
        output("openssl", "genpkey", "-algorithm", "rsa", "-out", key)
        done = release.make(self.root / "release", "--key", key)
        self.assertEqual(done.returncode, 1)
        self.assertIn("it must be an Ed25519 key", done.stderr)
        self.assertFalse((self.root / "release").exists())

    def test_a_folder_of_something_else_is_not_replaced(self):
        (self.root / "mine").mkdir()
        (self.root / "mine" / "file").write_text("")
        done = release.make(self.root / "mine")
        self.assertEqual(done.returncode, 1)
        self.assertIn("has other files than those of a release", done.stderr)
        self.assertTrue((self.root / "mine" / "file").exists())

    def test_what_is_not_built_is_not_released(self):
        empty = self.root / "empty"
        empty.mkdir()
        done = release.make(self.root / "release", "--program", f"aarch64-unknown-linux-gnu={empty}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("has no program; build it", done.stderr)
        self.assertFalse((self.root / "release").exists())


class PackageTest(ProcessTest):
    """The Debian package."""

    def setUp(self):
        super().setUp()
        (self.package,) = release.made().glob("*.deb")
        self.system = self.root / "system"
        output("dpkg-deb", "-x", self.package, self.system)
        self.bin = self.system / "usr" / "bin"
        self.temp = self.home(f"file://{stable_dist()}", binary=str(self.bin / "rustup"))
        self.temp.environment["CI"] = ""
        self.temp.environment["PATH"] = f"{self.bin}:/usr/bin:/bin"

    def field(self, name):
        return output("dpkg-deb", "-f", self.package, name).strip()

    def test_it_takes_the_place_of_rustup_and_of_debians_tools(self):
        architecture = output("dpkg", "--print-architecture").strip()
        version = release.version(release.made())
        self.assertEqual(self.package.name, f"latchkey_{version}-1_{architecture}.deb")
        self.assertEqual((self.field("Package"), self.field("Provides"), self.field("Replaces")),
                         ("latchkey", "rustup", "rustup"))
        self.assertEqual(self.field("Depends"), "")  # The programs are static.
        conflicts = self.field("Conflicts").split(", ")
        for name in ("rustup", "cargo", "rustc", "rustfmt", "rust-clippy"):
            self.assertIn(name, conflicts)
        self.assertEqual(sorted(os.listdir(self.bin)), sorted((*TOOLS, "rustup", "latchkey")))
        # cargo goes around its proxies when rustc has rustup's size.
        self.assertLess((self.bin / "rustc").stat().st_size, (self.bin / "rustup").stat().st_size)

    def test_all_in_it_is_roots_and_has_the_usual_modes(self):
        for line in output("dpkg-deb", "-c", self.package).splitlines():
            mode, owner = line.split()[:2]
            self.assertEqual(owner, "root/root")
            self.assertIn(mode, ("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"), line)
        output("dpkg-deb", "-e", self.package, self.root / "control")
        output("md5sum", "--check", "--strict", self.root / "control" / "md5sums", cwd=self.system)

    def test_lintian_has_nothing_to_say(self):
        if not shutil.which("lintian"):
            self.skipTest("no lintian")
        done = subprocess.run(["lintian", "--fail-on", "error,warning", "--display-level",
                               ">=warning", self.package], capture_output=True, text=True, check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines()
                if not line.startswith("running with root privileges")]
        self.assertEqual((done.returncode, said), (0, []))

    def test_its_tools_run_what_the_user_installed(self):
        self.temp.install()
        for tool in ("cargo", "rustc"):
            done = Running([self.bin / tool, "--version"], self.temp.environment,
                           self.temp.root / "work").finish()
            self.assertEqual((done.code, done.out.split()[0]), (0, tool), str(done))
        missing = Running([self.bin / "cargo-miri", "miri"], self.temp.environment,
                          self.temp.root / "work").finish()
        self.assertIn("rustup component add miri", missing.err)
        self.assertFalse((self.temp.root / "cargo" / "bin").exists())

    def test_it_is_updated_and_removed_by_the_package_manager_alone(self):
        self.temp.install()
        before = contents(self.system)
        served = release.copy(self.root / "served")
        release.publish_next(served)
        root = {"RUSTUP_UPDATE_ROOT": f"file://{served}"}
        done = self.temp.run("self", "update", **root)
        self.assertEqual((done.code, done.err), (
            1, "error: self-update is disabled for this build of rustup\n"
               "error: you should probably use your system package manager to update rustup\n"))
        done = self.temp.run("self", "uninstall", "-y", **root)
        self.assertEqual((done.code, done.err), (
            1, "error: self-uninstall is disabled for this build of rustup\n"
               "error: you should probably use your system package manager to uninstall rustup\n"))
        for words in (["update"], ["toolchain", "install", "stable"]):
            done = self.temp.good(*words, **root)
            self.assertIn("info: self-update is disabled for this build of rustup\n"
                          "info: any updates to rustup will need to be fetched with your system "
                          "package manager\n", done.err)
        done = self.temp.good("check", **root)
        self.assertNotIn("rustup - ", done.out)
        done = self.temp.good("set", "auto-self-update", "enable")
        self.assertIn("warn: rustup is built with the no-self-update feature: setting "
                      "auto-self-update will not have any effect.", done.err)
        self.assertEqual(contents(self.system), before)

    def test_its_pages_and_completions_lie_where_they_are_looked_for(self):
        share = self.system / "usr" / "share"
        page = gzip.decompress((share / "man/man1/rustup-toolchain-install.1.gz").read_bytes())
        self.assertTrue(page.startswith(b".TH RUSTUP\\-TOOLCHAIN\\-INSTALL 1 "))
        self.assertIn("_rustup()", (share / "bash-completion/completions/rustup").read_text())
        self.assertTrue((share / "zsh/vendor-completions/_rustup").read_text()
                        .startswith("#compdef rustup"))
        self.assertTrue((share / "fish/vendor_completions.d/rustup.fish").exists())


class ServedTest(ProcessTest):
    """A release on a server, installed and updated."""

    def setUp(self):
        super().setUp()
        self.served = release.copy(self.root / "served")
        self.server = Nginx(self, self.served)
        self.temp = self.home(f"file://{stable_dist()}")
        self.temp.environment |= INIT | {
            "RUSTUP_UPDATE_ROOT": self.server.url,
            "PATH": str(plain_path.fill(self.temp.root / "tools"))}
        self.bin = self.temp.root / "cargo" / "bin"

    def installed(self):
        return (self.bin / "rustup").read_bytes()

    def call(self, *words, **variables):
        return Running(words, self.temp.environment | variables, self.temp.root / "work")

    def test_a_release_installs_itself_and_updates_under_running_proxies(self):
        installed = self.call("sh", self.served / "install.sh", "-y", "--profile", "minimal").finish()
        self.assert_good(installed)
        self.assertEqual(self.installed(), (self.served / "dist" / HOST / "rustup-init")
                         .read_bytes())
        new = release.publish_next(self.served)
        loop = ("for i in $(seq 40); do ./rustc --version >/dev/null && ./cargo --version >/dev/null "
                "|| exit 1; done")
        loops = [Running(["/bin/sh", "-c", loop], self.temp.environment, self.bin)
                 for _ in range(8)]
        updated = self.call(self.bin / "rustup", "self", "update").finish()
        self.assert_good(*self.finish_all(loops), updated)
        self.assertIn("info: downloading self-update (new version: 9.9.9)", updated.err)
        self.assertIn("rustup updated - ", updated.out)
        self.assertEqual(self.installed(), new)
        self.assertEqual(sorted(os.listdir(self.bin)), sorted((".latchkey", *TOOLS, "rustup")))

    def install_signed(self):
        """A program that has the tests' key built in."""
        self.assert_good(self.call(SIGNED, "-y", "--default-toolchain", "none",
                                   RUSTUP_FORCE_ARG0="rustup-init").finish())

    def assert_refused(self, words):
        before = self.installed()
        done = self.call(self.bin / "rustup", "self", "update").finish()
        self.assertEqual(done.code, 1, str(done))
        self.assertRegex(done.err, words)
        self.assertEqual(self.installed(), before)
        self.assertEqual(sorted(os.listdir(self.bin)), sorted((".latchkey", *TOOLS, "rustup")))

    def test_a_program_with_a_key_takes_a_release_that_is_signed(self):
        self.install_signed()
        new = release.publish_next(self.served)
        # What is signed counts, and not what lies beside the program.
        (self.served / "archive/9.9.9" / HOST / "rustup-init.sha256").unlink()
        self.assert_good(self.call(self.bin / "rustup", "self", "update").finish())
        self.assertEqual(self.installed(), new)

    def test_a_program_with_a_key_refuses_what_is_not_signed(self):
        self.install_signed()
        release.publish_next(self.served)
        folder = self.served / "archive/9.9.9"
        for name in ("SHA256SUMS.sig", "SHA256SUMS"):
            (folder / name).unlink()
            self.assert_refused(f"error: the release is not signed: there is no '{self.server.url}"
                                f"/archive/9.9.9/{re.escape(name)}'")

    def test_a_program_with_a_key_refuses_another_ones_signature(self):
        self.install_signed()
        release.publish_next(self.served)
        key = self.root / "other.pem"
        output("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
        release.sign(self.served, "9.9.9", key)
        self.assert_refused("error: the signature of '.*/SHA256SUMS' is not one of Latchkey's")

    def test_a_program_with_a_key_refuses_a_list_that_was_changed(self):
        self.install_signed()
        release.publish_next(self.served)
        sums = self.served / "archive/9.9.9/SHA256SUMS"
        sums.write_text(sums.read_text() + "\n")
        self.assert_refused("error: the signature of '.*/SHA256SUMS' is not one of Latchkey's")

    def test_a_program_with_a_key_refuses_a_program_that_was_changed(self):
        self.install_signed()
        new = release.publish_next(self.served)
        folder = self.served / "archive/9.9.9" / HOST
        (folder / "rustup-init").write_bytes(new + b"x")
        hashed = output("sha256sum", "-b", "rustup-init", cwd=folder)
        (folder / "rustup-init.sha256").write_text(hashed)
        self.assert_refused("error: checksum failed for '.*/rustup-init', expected: ")

    def test_a_program_with_a_key_takes_no_older_release_for_a_newer_one(self):
        self.install_signed()
        release.publish_next(self.served)
        old = self.served / "archive" / release.version(self.served)
        shutil.rmtree(self.served / "archive/9.9.9")
        shutil.copytree(old, self.served / "archive/9.9.9")
        self.assert_refused("error: '.*/SHA256SUMS' does not name 'archive/9.9.9/")


if __name__ == "__main__":
    main()
