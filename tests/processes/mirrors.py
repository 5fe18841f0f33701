#!/usr/bin/env python3
"""Lists of mirrors: who is asked next when one refuses, stalls, lies, or is a day behind."""

import datetime
import os
import re

from harness import schemas
from harness.cases import ProcessTest, main
from harness.dists import NEW_DATE, OLD_DATE, stable_dist, switch_stable, synthetic_dist, two_stables
from harness.environment import HOST
from harness.servers import (ScriptedServer, ignore_range, other_bytes, part_called, parts_by, plain,
                             redirect, reset_after, short_after, stall_after, status)

SECRET = "s3cr3t-t0ken"


def authorized(behave, wanted):
    """401 for whoever does not send this Authorization."""
    def check(exchange):
        sent = exchange.handler.headers.get("Authorization")
        (behave if sent == wanted else status(401))(exchange)
    return check


def if_there(behave):
    """404 for what is not there, whatever else is done."""
    return lambda exchange: (behave if exchange.whole else status(404))(exchange)


def noting(behave, into):
    """Notes the Authorization that each request has."""
    def note(exchange):
        into.append(exchange.handler.headers.get("Authorization"))
        behave(exchange)
    return note


class MirrorTest(ProcessTest):
    """A home that asks the mirrors in its configuration."""

    def setUp(self):
        super().setUp()
        self.dist = stable_dist()
        self.temp = self.home("http://127.0.0.1:1")
        for name in ("RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT"):
            del self.temp.environment[name]
        # One request less to count; signatures.py tries mirrors with them.
        self.temp.environment["RUSTUP_SIGNATURE"] = "off"

    def configure(self, *servers, text="", **keys):
        """Each server is a URL, or a server; `keys` are of all."""
        lines = [text]
        for server in servers:
            lines += ["[[mirror]]", f'url = "{getattr(server, "url", server)}"']
            lines += [f"{key.replace('_', '-')} = {value!r}" for key, value in keys.items()]
        self.temp.latchkey.mkdir(parents=True, exist_ok=True)
        (self.temp.latchkey / "config.toml").write_text("\n".join(lines) + "\n")

    def serve(self, count=2, dist=None):
        servers = [ScriptedServer(self, dist or self.dist) for _ in range(count)]
        self.configure(*servers)
        return servers

    def install(self, *words, code=0, verbose=False, **options):
        done = self.temp.run(*(["-v"] if verbose else []), "toolchain", "install", "stable", "--profile", "minimal",
                             "--no-self-update", *words, **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def uninstall(self):
        self.temp.good("toolchain", "uninstall", "stable")


class Failover(MirrorTest):
    def test_the_first_mirror_gives_everything_and_the_others_are_not_asked(self):
        first, second = self.serve()
        done = self.install()
        self.assertTrue(first.archives())
        self.assertEqual(second.requests, [])
        self.assertNotIn("mirror", done.err)
        self.assertNotIn(first.url, done.err)

    def test_a_lower_priority_is_asked_first(self):
        first, second = self.serve()
        self.configure(text=f'[[mirror]]\nurl = "{first.url}"\npriority = 20\n'
                            f'[[mirror]]\nurl = "{second.url}"\npriority = 10\n')
        self.install()
        self.assertEqual(first.requests, [])

    def test_the_environment_wins(self):
        first, second = self.serve(1)[0], ScriptedServer(self, self.dist)
        for name in ("RUSTUP_DIST_SERVER", "RUSTUP_DIST_ROOT"):
            suffix = "/dist" if name == "RUSTUP_DIST_ROOT" else ""
            self.install(**{name: second.url + suffix})
            self.uninstall()
        # Not even a broken configuration is read then.
        (self.temp.latchkey / "config.toml").write_text("[[mirror")
        self.install(RUSTUP_DIST_SERVER=second.url)
        self.assertEqual(first.requests, [])

    def test_a_channel_comes_from_the_next_mirror_whatever_the_first_says(self):
        faults = {number: status(number) for number in (401, 403, 407, 408, 410, 404, 500, 503)}
        faults |= {429: status(429, Retry_After="1"), "cut": short_after(7), "reset": reset_after(3)}
        for name, behave in faults.items():
            for word in ("channel-rust-stable.toml.sha256", "channel-rust-stable.toml"):
                with self.subTest(name, word=word):
                    first, second = self.serve()
                    first.on(word, behave)
                    done = self.install(verbose=True)
                    self.assertIn(f"'{second.url}' answered for stable", done.err)
                    if name not in (404, 410):
                        self.assertIn(f"warn: the mirror '{first.url}' is passed over", done.err)
                    asked = [each for each in first.requests if each.path.endswith(word)]
                    # On a connection that was kept, 408 may mean that it was idle: RFC 9110, 15.5.9.
                    self.assertLessEqual(len(asked), 2 if name == 408 else 1)
                    self.uninstall()

    def test_an_artifact_comes_from_the_next_mirror_whatever_the_first_does(self):
        faults = {number: status(number) for number in (401, 403, 407, 408, 404, 410, 500, 503)}
        faults |= {429: status(429, Retry_After="1"), "cut": short_after(3000),
                   "reset": reset_after(3000), "bytes": other_bytes, "half": short_after(0)}
        for name, behave in faults.items():
            with self.subTest(name):
                first, second = self.serve()
                first.on("rustc-", behave)
                done = self.install()
                self.assertTrue([each for each in second.archives() if "rustc-" in each.path])
                if name in (404, 410):
                    self.assertNotIn("warn:", done.err)
                else:
                    self.assertIn(f"the mirror '{first.url}' is passed over", done.err)
                if name == "bytes":
                    self.assertRegex(done.err, f"checksum failed for '{first.url}.*rustc-")
                self.uninstall()

    def test_what_has_come_stays_and_the_next_mirror_sends_the_rest(self):
        first, second = self.serve()
        first.on("rustc-", short_after(3000))
        self.install()
        asked = [each for each in second.archives() if "rustc-" in each.path]
        self.assertEqual([each.range for each in asked], ["bytes=3000-"])

    def test_a_mirror_that_stalls_is_left_with_what_it_gave(self):
        first, second = self.serve()
        first.on("rustc-", stall_after(3000))
        self.install(RUSTUP_DOWNLOAD_TIMEOUT=2)
        asked = [each for each in second.archives() if "rustc-" in each.path]
        self.assertEqual([each.range for each in asked], ["bytes=3000-"])

    def test_a_rest_that_is_none_is_asked_elsewhere(self):
        for name, behave in {"whole": ignore_range, "shifted": part_called(first=1, last=1),
                             "other size": part_called(total=1), "416": parts_by(status(416)),
                             "other bytes": parts_by(other_bytes)}.items():
            with self.subTest(name):
                first, second, third = self.serve(3)
                first.on("rustc-", short_after(3000))
                second.on("rustc-", behave)
                self.install()
                self.uninstall()
                self.assertTrue(first.archives() and second.archives())

    def test_a_mirror_that_has_failed_is_not_asked_for_the_other_files(self):
        first, second = self.serve()
        first.on(".tar.", status(503))
        done = self.install(RUSTUP_CONCURRENT_DOWNLOADS=1)
        self.assertEqual(len(first.archives()), 1)
        self.assertGreater(len(second.archives()), 2)
        self.assertEqual(done.err.count("is passed over"), 1)

    def test_bad_bytes_of_every_mirror_are_an_error(self):
        first, second = self.serve()
        for server in (first, second):
            server.on("rustc-", other_bytes)
        done = self.install(code=1)
        self.assertIn("checksum failed for", done.err)
        self.assertFalse(self.temp.toolchain().exists())
        for server in (first, second):
            server.be_good()
        self.install()

    def test_when_all_are_busy_they_are_asked_again(self):
        first, second = self.serve()
        for word in ("channel-rust-stable.toml.sha256", "rustc-"):
            first.on(word, status(429, Retry_After="1"), times=2)
            second.on(word, status(503), times=2)
        self.install()

    def test_when_all_fail_the_failure_of_the_first_is_told(self):
        first, second = self.serve()
        for word in ("channel-rust-stable.toml.sha256", "rustc-"):
            first.on(word, status(403))
            second.on(word, status(404))
            done = self.install(code=1, RUSTUP_MAX_RETRIES=1)
            self.assertIn("status code: 403", done.err)
            self.assertIn(f"could not download file from '{first.url}", done.err)
            first.be_good()
            second.be_good()

    def test_mirrors_may_be_folders_and_may_be_away(self):
        self.configure("http://127.0.0.1:1", f"file://{self.dist}")
        self.install()
        (self.temp.latchkey / "config.toml").unlink()


class Releases(MirrorTest):
    """What the mirrors say together."""

    def test_a_release_is_absent_only_if_every_mirror_says_so(self):
        first, second = self.serve()
        for server in (first, second):
            server.on("channel-rust-beta", status(404))
        done = self.temp.run("toolchain", "install", "beta")
        self.assertEqual(done.code, 1)
        self.assertIn("no release found for 'beta'", done.err)
        second.on("channel-rust-beta.toml.sha256", status(403))
        done = self.temp.run("toolchain", "install", "beta", RUSTUP_MAX_RETRIES=0)
        self.assertEqual(done.code, 1)
        self.assertNotIn("no release found", done.err)
        self.assertIn("status code: 403", done.err)

    def test_a_refusal_never_leads_to_an_older_nightly(self):
        dist = synthetic_dist("--formats", "gz", "--synthetic-size", 8)
        first, second = self.serve(dist=dist)
        for number in (403, 429, 503):
            first.on("2026-05-19/channel-rust-nightly.toml.sha256", status(number))
            second.on("2026-05-19/channel-rust-nightly.toml.sha256", status(404))
            done = self.temp.run("toolchain", "install", "nightly", "--profile", "minimal",
                                 "--component", "none-such", RUSTUP_MAX_RETRIES=0)
            self.assertEqual(done.code, 1, str(done))
            self.assertIn(f"status code: {number}", done.err)
            self.assertFalse([each for each in second.requests if "2026-05-18" in each.path])

    def two_ages(self):
        """A mirror with the newest stable, and one that is behind."""
        new = two_stables(self.root / "new")
        old = two_stables(self.root / "old")
        switch_stable(old, OLD_DATE)
        switch_stable(new, NEW_DATE)
        return ScriptedServer(self, new), ScriptedServer(self, old)

    def version(self):
        return (self.temp.current() / "lib/rustlib/multirust-channel-manifest.toml").read_text()

    def test_a_mirror_behind_the_toolchain_is_passed_over(self):
        new, old = self.two_ages()
        self.configure(new)
        self.install()
        self.configure(old, new)
        for words in (["update"], ["update", "stable"], ["check"]):
            done = self.temp.good(*words, *(["--no-self-update"] if words[0] == "update" else []))
            self.assertNotIn("1.94.0", done.out)
        self.assertIn(NEW_DATE, self.version())

    def test_if_every_mirror_is_behind_the_toolchain_stays_and_that_is_told(self):
        new, old = self.two_ages()
        self.configure(new)
        self.install()
        self.configure(old)
        for words in (["update", "--no-self-update"], ["update", "stable", "--no-self-update"],
                      ["toolchain", "install", "stable", "--no-self-update"]):
            done = self.temp.good(*words)
            self.assertIn("older than the installed one", done.err)
            self.assertIn(NEW_DATE, self.version())
        # What is asked for beyond the release comes from the release that is there.
        self.temp.good("toolchain", "install", "stable", "--component", "clippy", "--no-self-update")
        self.assertIn(f"clippy-{HOST}", {name.replace("-preview", "") for name in self.temp.components()})

    def test_an_older_release_comes_if_it_is_asked_for(self):
        new, old = self.two_ages()
        self.configure(new)
        self.install()
        self.configure(old)
        self.temp.good("toolchain", "install", "stable", "--allow-downgrade", "--no-self-update")
        self.assertIn(OLD_DATE, self.version())

    def test_without_a_list_the_server_decides_as_in_rustup(self):
        new, old = self.two_ages()
        self.install(RUSTUP_DIST_SERVER=new.url)
        self.temp.good("update", "stable", "--no-self-update", RUSTUP_DIST_SERVER=old.url)
        self.assertIn(OLD_DATE, self.version())

    def test_a_manifest_that_is_not_that_of_its_checksum_comes_from_the_next(self):
        first, second = self.serve()
        first.on("channel-rust-stable.toml", other_bytes)
        done = self.install()
        self.assertIn(f"the mirror '{first.url}' is passed over: checksum failed", done.err)


class Credentials(MirrorTest):
    def guarded(self, wanted):
        server = ScriptedServer(self, self.dist)
        for word in (".sha256", "dist/"):
            server.on(word, authorized(plain, wanted))
        return server

    def test_a_variable_has_the_credentials(self):
        for value, wanted in ((SECRET, f"Bearer {SECRET}"), (f"Bearer {SECRET}", f"Bearer {SECRET}"),
                              ("Aladdin:open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")):
            server = self.guarded(wanted)
            self.configure(server, auth_env="MIRROR_TOKEN")
            done = self.install(verbose=True, MIRROR_TOKEN=value)
            self.assertNotIn(value, done.out + done.err)
            self.assertNotIn(wanted.split()[1], done.out + done.err)
            self.uninstall()
        history = " ".join(path.read_text() for path in
                           (self.temp.latchkey / "toolchains").rglob("*.json"))
        self.assertNotIn(SECRET, history)

    def test_netrc_has_the_credentials(self):
        server = self.guarded("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        self.configure(server, auth="netrc")
        netrc = self.temp.root / "home" / ".netrc"
        netrc.write_text('machine 127.0.0.1 login Aladdin password "open sesame"\n')
        netrc.chmod(0o600)
        done = self.install()
        self.assertNotIn("sesame", done.out + done.err)
        self.assertNotIn("warn:", done.err)

    def test_missing_or_wrong_credentials_are_told_as_401(self):
        server = self.guarded(f"Bearer {SECRET}")
        self.configure(server, auth_env="MIRROR_TOKEN")
        done = self.install(code=1)
        self.assertIn("the variable MIRROR_TOKEN is not set", done.err)
        self.assertIn("status code: 401", done.err)
        done = self.install(code=1, MIRROR_TOKEN="wrong")
        self.assertIn("status code: 401", done.err)
        self.assertNotIn("wrong", done.err)

    def test_a_redirect_takes_no_credentials_to_another_host(self):
        other = ScriptedServer(self, self.dist)
        server = ScriptedServer(self, self.dist)
        here, there = [], []
        for word in (".sha256", "dist/"):
            other.on(word, noting(plain, there))
            server.on(word, noting(lambda exchange: redirect(other.url + exchange.path)(exchange), here))
        self.configure(server, auth_env="MIRROR_TOKEN")
        self.install(MIRROR_TOKEN=SECRET)
        self.assertEqual(set(here), {f"Bearer {SECRET}"})
        self.assertEqual(set(there), {None})

    def test_the_next_mirror_gets_nothing_of_the_first_ones(self):
        first, second = ScriptedServer(self, self.dist), ScriptedServer(self, self.dist)
        seen = []
        for word in (".sha256", "dist/"):
            first.on(word, status(403))
            second.on(word, noting(plain, seen))
        self.configure(text=f'[[mirror]]\nurl = "{first.url}"\nauth-env = "MIRROR_TOKEN"\n'
                            f'[[mirror]]\nurl = "{second.url}"\n')
        self.install(MIRROR_TOKEN=SECRET)
        self.assertEqual(set(seen), {None})


class MirrorListCommand(MirrorTest):
    """`mirror-list list` and `mirror-list test`."""

    def test_the_list_is_shown_in_its_order(self):
        self.configure(text='[[mirror]]\nurl = "https://b.example"\nauth-env = "B_TOKEN"\n'
                            '[[mirror]]\nurl = "https://a.example"\npriority = 1\nauth = "netrc"\n')
        done = self.temp.good("mirror-list", "list", B_TOKEN=SECRET)
        first, second = done.out.splitlines()
        self.assertIn("1 https://a.example, credentials of netrc", first)
        self.assertIn("100 https://b.example, credentials of B_TOKEN", second)
        document = schemas.check(self.temp.good("mirror-list", "list", "--format", "json",
                                                B_TOKEN=SECRET).out)
        self.assertEqual([(each["url"], each["credentials"]) for each in document["mirrors"]],
                         [("https://a.example", "netrc"), ("https://b.example", "variable")])
        self.assertEqual(document["files"], [str(self.temp.latchkey / "config.toml")])
        self.assertNotIn(SECRET, str(document) + done.out + done.err)

    def look(self, code, **variables):
        """What `test` says of each mirror, in text and as a document."""
        done = self.temp.run("mirror-list", "test", **variables)
        self.assertEqual(done.code, code, str(done))
        told = self.temp.run("mirror-list", "test", "--format", "json", **variables)
        self.assertEqual(told.code, code, str(told))
        mirrors = schemas.check(told.out)["mirrors"]
        lines = done.out.splitlines()
        self.assertEqual(len(lines), len(mirrors))
        return [(line, each["test"]) for line, each in zip(lines, mirrors)]

    def test_good_mirrors_are_told_with_what_they_have(self):
        server = self.serve(1)[0]
        (line, found), = self.look(0)
        self.assertTrue(line.startswith(f"ok: {server.url}: first byte after "), line)
        self.assertIn(f"stable {NEW_DATE}", line)
        self.assertEqual((found["fine"], found["status"], found["ranges"], found["login"]),
                         (True, 200, True, "none"))
        self.assertEqual(found["stable_date"], NEW_DATE)
        self.assertNotIn("nightly_date", found)
        self.assertGreater(found["bytes_per_second"], 0)

    def test_each_fault_is_told_as_what_it_is(self):
        faults = {number: status(number) for number in (401, 403, 404, 407, 429, 500, 503)}
        faults |= {"cut": short_after(9), "no manifest": lambda exchange: status(200)(exchange)}
        for name, behave in faults.items():
            with self.subTest(name):
                good, bad = self.serve()
                bad.on("channel-rust-", behave)
                (_, of_good), (line, of_bad) = self.look(1)
                self.assertTrue(of_good["fine"])
                self.assertFalse(of_bad["fine"])
                self.assertTrue(line.startswith(f"bad: {bad.url}: "), line)
                if isinstance(name, int):
                    self.assertIn(f"status code: {name}", line)
                    self.assertEqual(of_bad["status"], name)
        self.configure("http://127.0.0.1:1")
        (line, found), = self.look(1)
        self.assertIn("Connection refused", line)
        self.assertNotIn("status", found)

    def test_a_mirror_without_ranges_is_fine_and_that_is_told(self):
        server = self.serve(1)[0]
        server.on("channel-rust-", if_there(ignore_range))
        (line, found), = self.look(0)
        self.assertIn("does not resume downloads", line)
        self.assertFalse(found["ranges"])

    def test_how_far_a_mirror_is_behind_is_told(self):
        new = synthetic_dist("--formats", "gz", "--synthetic-size", 8)
        folder = self.root / "behind" / "dist"
        folder.mkdir(parents=True)
        text = (new / "dist" / "channel-rust-nightly.toml").read_text()
        newest = re.search('date = "(.*?)"', text)[1]
        before = str(datetime.date.fromisoformat(newest) - datetime.timedelta(days=3))
        (folder / "channel-rust-nightly.toml").write_text(text.replace(newest, before))
        self.configure(ScriptedServer(self, new), ScriptedServer(self, self.root / "behind"))
        (_, first), (line, second) = self.look(0)
        self.assertEqual((first["days_behind"], second["days_behind"]), (0, 3))
        self.assertIn(f"nightly {before} (3 days behind)", line)

    def test_credentials_are_told_as_accepted_refused_or_missing(self):
        server = ScriptedServer(self, self.dist)
        server.on("dist/", authorized(if_there(plain), f"Bearer {SECRET}"))
        self.configure(server, auth_env="MIRROR_TOKEN")
        for token, login, code in ((SECRET, "accepted", 0), ("wrong", "refused", 1), (None, "missing", 1)):
            with self.subTest(login):
                variables = {"MIRROR_TOKEN": token} if token else {}
                (line, found), = self.look(code, **variables)
                self.assertEqual(found["login"], login)
                self.assertIn(f"credentials {login}", line)
                self.assertNotIn(SECRET, line)

    def test_without_a_list_the_server_in_use_is_tested(self):
        server = ScriptedServer(self, self.dist)
        done = self.temp.good("mirror-list", "test", RUSTUP_DIST_SERVER=server.url)
        self.assertIn(f"ok: {server.url}:", done.out)
        self.assertIn("the list is not used", done.err)

    def test_doctor_knows_the_configuration(self):
        server = self.serve(1)[0]
        self.assertIn(f"ok: mirrors: 1, the first is '{server.url}'", self.temp.run("doctor").out)
        self.configure(server, priority="high")
        done = self.temp.run("doctor")
        self.assertEqual(done.code, 1)
        self.assertRegex(done.out, "error: could not parse configuration file: .*line 4")


class Configuration(MirrorTest):
    def test_a_broken_configuration_stops_what_fetches_and_nothing_else(self):
        server = self.serve(1)[0]
        self.install()
        self.configure(server, priority="high")
        done = self.temp.run("check")
        self.assertEqual(done.code, 1, str(done))
        for word in ("config.toml'", "line 4", "priority = 'high'", "expected an integer"):
            self.assertIn(word, done.err)
        for words in (["toolchain", "list"], ["show"], ["component", "list"], ["which", "rustc"]):
            self.temp.good(*words)
        self.assertEqual(self.temp.run("doctor").code, 1)

    def test_unknown_keys_are_warned_of(self):
        server = self.serve(1)[0]
        self.configure(server, priorty=1)
        done = self.install()
        self.assertIn("unknown key 'priorty'", done.err)

    def test_the_systems_file_counts_too_and_the_users_changes_it(self):
        first, second = ScriptedServer(self, self.dist), ScriptedServer(self, self.dist)
        etc = self.root / "etc"
        etc.mkdir()
        (etc / "config.toml").write_text(f'[[mirror]]\nurl = "{first.url}"\n')
        inside = ("unshare", "-rm", "sh", "-ec",
                  'mount -t tmpfs none /etc; mkdir /etc/latchkey; cp "$0"/config.toml /etc/latchkey; '
                  'exec "$@"', str(etc))
        done = self.temp.run("toolchain", "install", "stable", "--profile", "minimal",
                             "--no-self-update", prefix=inside)
        self.assertEqual(done.code, 0, str(done))
        self.assertTrue(first.archives())
        self.uninstall()
        before = len(first.requests)
        self.configure(text=f'[[mirror]]\nurl = "{first.url}"\nenabled = false\n'
                            f'[[mirror]]\nurl = "{second.url}"\n')
        done = self.temp.run("toolchain", "install", "stable", "--profile", "minimal",
                             "--no-self-update", prefix=inside)
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(len(first.requests), before)
        self.assertTrue(second.archives())

    def test_a_file_that_every_user_may_write_is_refused(self):
        self.serve(1)
        os.chmod(self.temp.latchkey / "config.toml", 0o666)
        done = self.install(code=1)
        self.assertIn("every user may write", done.err)
        self.assertIn("chmod o-w", done.err)

    def test_tools_run_whatever_is_in_it(self):
        self.serve(1)
        self.install()
        (self.temp.latchkey / "config.toml").write_text("[[mirror")
        self.temp.good("run", "stable", "rustc", "--version")


if __name__ == "__main__":
    main()
