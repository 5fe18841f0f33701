"""What is linked into a program, as a CycloneDX 1.5 document. Asks the build and dpkg, and no network.

The build knows which archives the linker was given, which headers were compiled in, and which files were
copied in; dpkg knows whose they are. A Debian source package is named once, whatever of it was used.
"""

import json
import os
import pathlib
import re
import subprocess
import time
import urllib.parse
import uuid

from release_files import Failure, run, sha256

# Debian's copyright files are for people. What is linked has these licences, as SPDX names them.
LICENCES = {
    "boost1.81": "BSL-1.0",
    "ca-certificates": "MPL-2.0",
    "fmtlib": "MIT",
    "gcc-12": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glibc": "LGPL-2.1-or-later",
    "libarchive": "BSD-2-Clause",
    "libisal": "BSD-3-Clause",
    "libzstd": "BSD-3-Clause OR GPL-2.0-only",
    "openssl": "Apache-2.0",
    "tomlplusplus": "MIT",
    "xxhash": "BSD-2-Clause",
    "xz-utils": "0BSD",  # liblzma, from 5.6 on; before that it was in the public domain.
    "zlib": "Zlib",
}
# Their headers are only declarations; what is linked of them shows as an archive.
DECLARATIONS = {"glibc", "libisal", "linux"}
# What Debian packs anew to build for another processor, and whose code that is.
REPACKED = {"gcc-12-cross": ("gcc-12",), "gcc-12-cross-ports": ("gcc-12",),
            "cross-toolchain-base": ("glibc", "linux"), "cross-toolchain-base-ports": ("glibc", "linux")}
# Fetched to build for another processor, and in no program.
TESTS_ONLY = {"catch2"}


def fetched_into(path):
    """The folder of third_party/fetch that has it; None where it is the system's."""
    for folder in pathlib.Path(path).parents:
        if folder.name == "root" and (folder.parent / "versions").is_file():
            return folder.parent
    return None


def target_commands(build):
    return run("ninja", "-C", build, "-t", "commands", "latchkey").splitlines()


def linked_archives(build, commands):
    """Archives that the linker opens, by its own account: also those that the compiler adds."""
    parts = [part for part in commands[-1].split(" && ") if re.search(r" -o \S*latchkey ", part)]
    if not parts:
        raise Failure(f"cannot tell how {build}/latchkey is linked: {commands[-1][:200]}")
    line = re.sub(r" -o \S*latchkey ", " -o /dev/null ", parts[0]) + " -Wl,--trace"
    told = subprocess.run(["sh", "-c", line], cwd=build, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise Failure(f"cannot link again what is in {build}: {told.stderr}")
    paths = {os.path.normpath(path) for path in
             re.findall(r"^\(?(/[^()\s]+\.(?:a|o))\b", told.stdout + told.stderr, re.MULTILINE)}
    return {path for path in paths if not pathlib.Path(path).resolve().is_relative_to(build)}


def given_files(build):
    """What the build's rules take from the system: libraries, and what is copied into the program."""
    return {path for path in run("ninja", "-C", build, "-t", "inputs", "latchkey").splitlines()
            if path.startswith("/usr/")}


def compiled_headers(build, commands):
    """What ninja saw each of the program's objects read, outside of the project."""
    objects = {found[1] for line in commands if (found := re.search(r" -o (\S+\.(?:o|gch)) ", line))}
    headers = set()
    counts = False
    for line in run("ninja", "-C", build, "-t", "deps").splitlines():
        if not line.startswith(" "):
            counts = line.split(":")[0] in objects
        elif counts and ((path := line.strip()).startswith("/usr/") or fetched_into(path)):
            headers.add(path)
    return headers


def fetched_sources(folder):
    """Source packages, as (name, version), that third_party/fetch brought: what is fetched is linked in."""
    lines = [line.split() for line in (folder / "versions").read_text().splitlines()]
    return {(source, version) for _, source, version, _ in lines if source not in TESTS_ONLY}


def installed_sources(paths):
    """The same of what dpkg installed."""
    packages = set()
    real = sorted({str(pathlib.Path(path).resolve()) for path in paths})
    unknown = []
    for start in range(0, len(real), 500):
        done = subprocess.run(["dpkg-query", "--search", "--", *real[start:start + 500]],
                              capture_output=True, text=True, check=False)
        packages.update(line.rpartition(": ")[0].split(",")[0] for line in done.stdout.splitlines()
                        if not line.startswith("diversion by"))
        unknown += re.findall(r"no path found matching pattern (\S+)", done.stderr)
    if unknown:
        raise Failure(f"no package has what is linked in: {' '.join(unknown[:5])}")
    if not packages:
        return set()
    told = run("dpkg-query", "--show", "--showformat",
               "${source:Package}\t${source:Version}\t${Built-Using}\n", *packages)
    return {real_source(*line.split("\t")) for line in told.splitlines()}


def real_source(name, version, built_using):
    """Where the code of a package comes from, and which version of it."""
    if name not in REPACKED:
        return name, version
    used = dict(re.findall(r"(\S+) \(= (\S+)\)", built_using))
    first = next(each for each in REPACKED[name] if each in used)
    return first, used[first]


def sources(paths):
    """Source packages, as (name, version), of these files."""
    folders = {path: fetched_into(path) for path in paths}
    found = installed_sources([path for path, folder in folders.items() if folder is None])
    for folder in set(folders.values()) - {None}:
        found |= fetched_sources(folder)
    return found


def component(name, version):
    if name not in LICENCES:
        raise Failure(f"scripts/release_bom.py does not know the licence of {name}, which is linked in")
    # What is encoded: https://github.com/package-url/purl-spec.
    purl = f"pkg:deb/debian/{name}@{urllib.parse.quote(version, safe=':~')}?arch=source"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version,
            "licenses": [{"expression": LICENCES[name]}], "purl": purl}


def document(release, program, components):
    own = f"pkg:generic/latchkey@{release.version}?arch={program.tuple}"
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release.time)),
            "component": {
                "type": "application", "bom-ref": own, "name": "latchkey", "version": release.version,
                "licenses": [{"expression": "MIT OR Apache-2.0"}], "purl": own,
                "hashes": [{"alg": "SHA-256", "content": sha256(program.full)}]},
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [each["bom-ref"] for each in components]}],
    }
    told = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))
    return {"bomFormat": bom.pop("bomFormat"), "specVersion": bom.pop("specVersion"),
            "serialNumber": f"urn:uuid:{told}", **bom}


def make(release, program):
    build = program.build
    if not (build / "build.ninja").is_file():
        raise Failure(f"{build} is not a build folder of ninja's, which knows what is linked in")
    commands = target_commands(build)
    found = sources(linked_archives(build, commands) | given_files(build))
    found |= {each for each in sources(compiled_headers(build, commands)) if each[0] not in DECLARATIONS}
    bom = document(release, program, [component(*each) for each in sorted(found)])
    release.write(f"latchkey-{release.version}-{program.tuple}.cdx.json",
                  json.dumps(bom, indent=2) + "\n")
    return bom
