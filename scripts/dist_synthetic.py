"""Releases of stand-ins: small, complete, and without any Rust."""

import hashlib
import os
import random

from dist_pack import Component, Release, in_memory

WASM = "wasm32-unknown-unknown"
RUSTC = """#!/bin/sh
# A stand-in for rustc, which knows its version and its sysroot.
case "$*" in
*-vV*|*-Vv*|*--verbose*)
    printf '%s\\n' 'rustc {version}' 'binary: rustc' 'commit-hash: {hash}' \\
        'commit-date: {date}' 'host: {host}' 'release: {number}' 'LLVM version: 22.1.2' ;;
*"--print sysroot"*|*--print=sysroot*) dirname "$(dirname "$(readlink -f "$0")")" ;;
*-V*|*--version*) echo 'rustc {version}' ;;
*) echo "rustc {number}: $*" ;;
esac
"""
CARGO = """#!/bin/sh
# A stand-in for cargo. `cargo exec PROGRAM ARGUMENT...` runs something with cargo's environment.
case "$1" in
-V|--version) echo 'cargo {version}' ;;
exec) shift; exec "$@" ;;
clippy|fmt|miri) tool=cargo-$1; exec "$tool" "$@" ;;
*) echo "cargo {number}: $*" ;;
esac
"""
TOOL = """#!/bin/sh
# A stand-in, which knows its version.
case "$*" in
*-V*|*--version*) echo '{name} {version}' ;;
*) echo "{name} {number}: $*" ;;
esac
"""
TOOLS = {
    "clippy-preview": ["cargo-clippy", "clippy-driver"],
    "rustfmt-preview": ["cargo-fmt", "rustfmt"],
    "rust-analyzer-preview": ["rust-analyzer"],
    "miri-preview": ["cargo-miri", "miri"],
}
PAYLOADS = {
    "rustc": ["lib/librustc_driver-{key}.so", "lib/libLLVM.so.22.1-rust-{number}"],
    "cargo": ["etc/bash_completion.d/cargo", "share/doc/cargo/README.md"],
    "rust-std": ["lib/rustlib/{target}/lib/lib%s-{key}.rlib" % crate
                 for crate in ("alloc", "core", "proc_macro", "std", "test")],
    "rust-analysis": ["lib/rustlib/{target}/analysis/libstd-{key}.json"],
    "llvm-tools-preview": ["lib/rustlib/{target}/bin/%s" % tool
                           for tool in ("llvm-ar", "llvm-cov", "llvm-profdata")],
    "rustc-codegen-cranelift-preview":
        ["lib/rustlib/{target}/codegen-backends/librustc_codegen_cranelift-{number}.so"],
    "rustc-dev": ["lib/rustlib/{target}/lib/librustc_%s-{key}.rmeta" % crate
                  for crate in ("ast", "hir", "middle", "span")],
    "llvm-bitcode-linker-preview": ["lib/rustlib/{target}/bin/self-contained/llvm-bitcode-linker"],
    "clippy-preview": ["share/doc/clippy/README.md"],
    "rustfmt-preview": ["share/doc/rustfmt/README.md"],
    "rust-analyzer-preview": ["share/doc/rust-analyzer/README.md"],
    "miri-preview": ["share/doc/miri/README.md"],
}
SERIES = [("stable", "2026-03-05", "1.94.0"), ("stable", "2026-04-16", "1.95.0"),
          ("beta", "2026-05-02", "1.96.0-beta.2"), ("nightly", "2026-05-19", "1.97.0-nightly"),
          ("nightly", "2026-05-20", "1.97.0-nightly")]


def payload(seed, size):
    """Half text, half noise, so that it compresses about as a program does."""
    noise = random.Random(seed)
    words = b"".join(b"%08x " % noise.getrandbits(12) for _ in range(64))
    half = size // 2
    return noise.randbytes(half) + (words * (half // len(words) + 1))[: size - half]


def synthetic_component(pkg, target, release, size):
    number, commit_date = release.number, release.date
    # Nobody changes rust-analysis: two nightlies share its bytes, as neighbours often do.
    same = pkg == "rust-analysis" and release.channel
    key = hashlib.sha256(f"{pkg} {target} {same or release.version}".encode()).hexdigest()
    facts = {"version": release.version, "number": number, "host": release.host, "date": commit_date,
             "target": target, "key": key[:16], "hash": key[:40]}
    scripts, listed = [], []
    if pkg == "rustc":
        scripts = [in_memory("bin/rustc", RUSTC.format(**facts), 0o755),
                   in_memory("bin/rustdoc", TOOL.format(name="rustdoc", **facts), 0o755)]
    elif pkg == "cargo":
        scripts = [in_memory("bin/cargo", CARGO.format(**facts), 0o755)]
    else:
        scripts = [in_memory(f"bin/{tool}", TOOL.format(name=tool, **facts), 0o755)
                   for tool in TOOLS.get(pkg, [])]
    if pkg == "rust-docs":
        paths = [f"share/doc/rust/html/{part}/{i:03}.html"
                 for part in ("alloc", "book/first", "core", "std") for i in range(75)]
        listed = ["dir:share/doc/rust/html"]
    elif pkg == "rust-src":
        paths = [f"lib/rustlib/src/rust/library/{crate}/src/part{i:02}.rs"
                 for crate in ("alloc", "core", "std") for i in range(20)]
    else:
        paths = [path.format(**facts) for path in PAYLOADS[pkg]]
    each = max(1, size * 1024 // len(paths))
    blob = payload(key, each * len(paths))
    programs = ("/bin/", ".so")
    files = scripts + [
        in_memory(path, blob[i * each:(i + 1) * each],
                  0o755 if any(word in path for word in programs) else 0o644)
        for i, path in enumerate(paths)]
    listed = listed or sorted(f"file:{file.path}" for file in files)
    return Component(pkg, target, release.version, listed, files)


def synthetic_release(options, channel, date, number):
    commit = hashlib.sha256(f"{number} {date}".encode()).hexdigest()[:9]
    release = Release(channel, date, f"{number} ({commit} {date})", options.host, [])
    wanted = set(options.components)
    for pkg in [*PAYLOADS, "rust-docs", "rust-src"]:
        targets = {"rust-std": [options.host, WASM], "rust-src": ["*"]}.get(pkg, [options.host])
        if wanted and not {pkg, pkg.removesuffix("-preview")} & wanted:
            continue
        release.components += [synthetic_component(pkg, target, release, options.synthetic_size)
                               for target in targets]
    release.components.sort(key=lambda part: (part.pkg, part.target))
    return release


def synthetic_releases(options):
    options.host = options.host or f"{os.uname().machine}-unknown-linux-gnu"
    if not (options.channel or options.date or options.rename_version):
        return [synthetic_release(options, *entry) for entry in SERIES]
    channel = (options.channel or ["stable"])[0]
    known = [entry for entry in SERIES if entry[0] == channel]
    _, date, number = known[-1] if known else (channel, SERIES[1][1], channel)
    release = synthetic_release(options, channel, options.date or date,
                                options.rename_version or number)
    release.aliases = options.channel[1:]
    return [release]
