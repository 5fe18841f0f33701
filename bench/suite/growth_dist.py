"""A server's folder of stand-ins with as many components and names as growth is measured with."""

import argparse
import hashlib
import importlib.machinery
import importlib.util
import os
import pathlib

import dist_pack
import dist_synthetic
from suite import ROOT

COMPONENTS = 66     # On top of the minimal profile.
OTHERS = 31         # Other hosts, of which the manifest tells as much as of ours.
TARGETS = 60        # Targets that are no hosts.
FILES_OF_COMPONENT = 8
NAMES = 232
DATE, NUMBER = "2026-04-16", "1.95.0"


def extra(index):
    return f"extra-{index:02}"


def name(index):
    """Of a toolchain: all have the same content."""
    return f"stable-20{10 + index // 28 // 12:02}-{index // 28 % 12 + 1:02}-{index % 28 + 1:02}"


def make_dist():
    loader = importlib.machinery.SourceFileLoader("make_dist", str(ROOT / "scripts" / "make-dist"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_dist", loader))
    loader.exec_module(module)
    return module


def release():
    options = argparse.Namespace(host=f"{os.uname().machine}-unknown-linux-gnu",
                                 components=["rustc", "cargo", "rust-std"], synthetic_size=32)
    made = dist_synthetic.synthetic_release(options, "stable", DATE, NUMBER)
    made.components = [part for part in made.components if part.target != dist_synthetic.WASM]
    for index in range(COMPONENTS):
        files = [dist_pack.in_memory(f"share/{extra(index)}/{number}.txt",
                                     dist_synthetic.payload(f"{index} {number}", 4096))
                 for number in range(FILES_OF_COMPONENT)]
        made.components.append(dist_pack.Component(extra(index), options.host, made.version,
                                                   [f"dir:share/{extra(index)}"], files))
    made.components.sort(key=lambda part: (part.pkg, part.target))
    return made


def upstream_base(host, required):
    """What a manifest of upstream's size says besides what the folder has."""
    hosts = [host] + [f"arch{index:02}-unknown-linux-gnu" for index in range(OTHERS)]
    targets = hosts + [f"arch{index:02}-unknown-none" for index in range(TARGETS)]

    def lists(own):
        parts = [("rust-std", target) for target in targets if target != own]
        parts += [(extra(index), own) for index in range(COMPONENTS)]
        return {"components": [{"pkg": pkg, "target": own} for pkg in required],
                "extensions": [{"pkg": pkg, "target": target} for pkg, target in parts]}

    packages = {pkg: {"target": hosts} for pkg in [*required, *map(extra, range(COMPONENTS))]}
    packages["rust-std"] = {"target": targets}
    packages["rust"] = {"target": {each: lists(each) for each in hosts}}
    return {"pkg": packages}


def make(folder):
    """Serve it by `file:` or otherwise; its channel is stable, also under `name(0)` and so on."""
    packer = make_dist()
    made = release()
    made.base = upstream_base(made.host, packer.REQUIRED)
    options = argparse.Namespace(formats=["gz"], fast=True, v1=False, v1_only=False, synthetic=True,
                                 jobs=2, full_manifest=True, dated_only=False,
                                 base_url=packer.DEFAULT_SERVER)
    tree = packer.Tree(folder)
    tree.out.mkdir(parents=True, exist_ok=True)
    artifacts = packer.write_archives(tree, list(packer.make_jobs(made, options)), options,
                                      lambda text: None)
    packer.write_manifests(tree, made, artifacts, options)
    text = (tree.out / "dist" / "channel-rust-stable.toml").read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    for index in range(NAMES):
        place = tree.out / "dist" / name(index).removeprefix("stable-")
        place.mkdir(exist_ok=True)
        (place / "channel-rust-stable.toml").write_bytes(text)
        (place / "channel-rust-stable.toml.sha256").write_text(f"{digest}  channel-rust-stable.toml\n")
    return pathlib.Path(folder)
