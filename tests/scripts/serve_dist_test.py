import os
import pathlib
import shutil
import ssl
import unittest
import urllib.request

from harness.scripts import TempTree, run

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


@unittest.skipUnless(NGINX, "nginx is not installed")
class ServeDist(TempTree):
    def serve(self, *arguments):
        """Starts a server of `files`. Gives what server.env says."""
        self.write("files/dist/a", "0123456789")
        work = self.root / "work"
        result = run("serve-dist", "--daemon", "--work", work, *arguments, self.root / "files")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.addCleanup(run, "serve-dist", "--stop", work)
        text = (work / "server.env").read_text()
        self.assertEqual(text, result.stdout)
        return dict(line.split("=", 1) for line in text.splitlines())

    def fetch(self, url, trusted=None, **headers):
        context = ssl.create_default_context(cafile=trusted) if trusted else None
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        with opener.open(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read()

    def test_serves_files_and_ranges_until_it_is_stopped(self):
        server = self.serve()
        self.assertEqual(self.fetch(server["URL"] + "/dist/a"), (200, b"0123456789"))
        self.assertEqual(self.fetch(server["URL"] + "/dist/a", Range="bytes=3-5"), (206, b"345"))
        self.assertEqual(run("serve-dist", "--stop", server["WORK"]).returncode, 0)
        with self.assertRaises(OSError):
            self.fetch(server["URL"] + "/dist/a")

    def test_serves_https_with_a_certificate_of_its_own_ca(self):
        server = self.serve("--https")
        self.assertEqual(self.fetch(server["HTTPS_URL"] + "/dist/a", server["CA"])[1], b"0123456789")
        with self.assertRaises(OSError):
            self.fetch(server["HTTPS_URL"] + "/dist/a")

    def test_can_refuse_ranges(self):
        server = self.serve("--no-ranges")
        self.assertEqual(self.fetch(server["URL"] + "/dist/a", Range="bytes=3-5")[0], 200)

    def test_logs_each_request_and_nothing_else(self):
        log = self.root / "access.log"
        server = self.serve("--access-log", log)
        self.fetch(server["URL"] + "/dist/a", Range="bytes=3-5")
        run("serve-dist", "--stop", server["WORK"])
        lines = log.read_text().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertIn('206 GET /dist/a range="bytes=3-5" bytes=3 ', lines[0])

    def test_a_worker_never_waits_for_a_connection_that_another_has_taken(self):
        server = self.serve()
        tcp = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        local = f"0100007F:{int(server['PORT']):04X}"
        inodes = {row.split()[9] for row in tcp if row.split()[1] == local and row.split()[3] == "0A"}
        self.assertTrue(inodes)
        for entry in pathlib.Path(f"/proc/{server['PID']}/fd").iterdir():
            if os.readlink(entry) in {f"socket:[{inode}]" for inode in inodes}:
                about = pathlib.Path(f"/proc/{server['PID']}/fdinfo/{entry.name}").read_text()
                flags = int(about.split("flags:")[1].split()[0], 8)
                self.assertTrue(flags & os.O_NONBLOCK, about)

    def test_stopping_twice_hurts_nobody(self):
        server = self.serve()
        for _ in range(2):
            self.assertEqual(run("serve-dist", "--stop", server["WORK"]).returncode, 0)

    def test_says_what_is_wrong(self):
        result = run("serve-dist", self.root / "nowhere")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no folder", result.stderr)
        self.assertFalse(pathlib.Path(self.root / "nowhere").exists())


if __name__ == "__main__":
    unittest.main()
