"""The text of a channel's manifest."""

import re

URL_KEYS = {"gz": ("url", "hash"), "xz": ("xz_url", "xz_hash"), "zst": ("zst_url", "zst_hash")}
REQUIRED = ["rustc", "rust-std", "cargo", "rust-docs"]  # `components` of pkg.rust, the rest extends.
MINIMAL = ["rustc", "cargo", "rust-std", "rust-mingw"]
DEFAULT = MINIMAL + ["rust-docs", "rustfmt-preview", "clippy-preview"]
COMPLETE = DEFAULT + ["rust-analyzer-preview", "rust-src", "llvm-tools-preview", "rust-analysis",
                      "miri-preview", "rustc-codegen-cranelift-preview"]
PROFILES = {"minimal": MINIMAL, "default": DEFAULT, "complete": COMPLETE}


def full_name(pkg, target):
    return pkg if target == "*" else f"{pkg}-{target}"


def upstream_name(pkg):
    return pkg.removesuffix("-preview")


def rust_lists(release, full):
    """Host → (components, extensions) of pkg.rust, each a list of (pkg, target)."""
    base = release.base.get("pkg", {}).get("rust", {}).get("target", {})
    packed = [(part.pkg, part.target) for part in release.components]
    result = {}
    for host, entry in base.items():
        lists = [[(e["pkg"], e.get("target", "*")) for e in entry.get(key, [])]
                 for key in ("components", "extensions")]
        if full:
            result[host] = lists
        elif host == release.host:
            result[host] = [[pair for pair in one if pair in packed] for one in lists]
    if release.host not in result:
        required = [(pkg, release.host) for pkg in REQUIRED if (pkg, release.host) in packed]
        result[release.host] = [required, [pair for pair in packed if pair not in required]]
    return result


def package_targets(release, full):
    """(pkg, target) of everything that the manifest names, besides rust."""
    pairs = {(part.pkg, part.target) for part in release.components}
    if full:
        for pkg, entry in release.base.get("pkg", {}).items():
            pairs |= {(pkg, target) for target in entry["target"] if pkg != "rust"}
    return sorted(pairs)


def manifest_text(release, artifacts, base_url, full):
    """`artifacts`: archive's top directory → [(format, URL path, hash)]."""
    base = release.base.get("pkg", {})
    versions = {part.pkg: part.version for part in release.components}
    lines = ['manifest-version = "2"', f'date = "{release.date}"']

    def table(*names):
        quoted = [name if re.fullmatch(r"[\w-]+", name) else f'"{name}"' for name in names]
        return "[" + ".".join(quoted) + "]"

    def target_table(pkg, target, available, top):
        lines.extend(["", table("pkg", pkg, "target", target),
                      f"available = {str(available).lower()}"])
        for form, path, digest in artifacts.get(top, []) if available else []:
            url, key = URL_KEYS[form]
            lines.extend([f'{url} = "{base_url}/{path}"', f'{key} = "{digest}"'])

    def package(pkg, version):
        lines.extend(["", table("pkg", pkg), f'version = "{version}"'])

    previous = ""
    for pkg, target in [*package_targets(release, full), ("~", "")]:
        if previous < "rust" < pkg:  # Packages are sorted by name.
            package("rust", release.version)
            for host, (required, extensions) in sorted(rust_lists(release, full).items()):
                target_table("rust", host, True, f"rust-{release.tag}-{host}")
                for kind, pairs in (("components", required), ("extensions", extensions)):
                    for part, of in pairs:
                        lines.extend(["", "[" + table("pkg", "rust", "target", host, kind) + "]",
                                      f'pkg = "{part}"', f'target = "{of}"'])
        if pkg == "~":
            break
        if pkg != previous:
            package(pkg, versions.get(pkg) or base.get(pkg, {}).get("version", ""))
        previous = pkg
        top = full_name(f"{upstream_name(pkg)}-{release.tag}", target)
        unavailable = {pkg, upstream_name(pkg), full_name(pkg, target)} & set(release.unavailable)
        target_table(pkg, target, top in artifacts and not unavailable, top)

    renames = release.base.get("renames") or {
        upstream_name(pkg): {"to": pkg} for pkg in versions if pkg.endswith("-preview")}
    for old, entry in sorted(renames.items()):
        if entry["to"] in versions or (full and entry["to"] in base):
            lines.extend(["", table("renames", old), f'to = "{entry["to"]}"'])
    lines.extend(["", "[profiles]"])
    for name, parts in (release.base.get("profiles") or PROFILES).items():
        lines.append(f"{name} = [" + ", ".join(f'"{part}"' for part in parts) + "]")
    return "\n".join(lines) + "\n"
