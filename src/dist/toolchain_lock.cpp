#include "latchkey/dist/toolchain_lock.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/digest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/dist/change.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/dist/toml_document.hpp"
#include "latchkey/dist/toml_text.hpp"

namespace latchkey::dist {
namespace {

constexpr std::string_view kVersion = "1";

/// The first hash that the manifest lists. Empty: it cannot be downloaded.
std::string first_hash(const Manifest& manifest, const Component& component) {
    const PackageTarget* const found = manifest.find(component);
    if (found == nullptr || !found->available || found->sources.empty()) return {};
    return found->sources.front().hash;
}

Error lock_fault(const TomlSection& section, std::string_view key, std::string_view what) {
    return {Errc::usage, fmt::format("line {}: {}", section.line_of(key), what)};
}

Error value_error(const TomlSection& section, std::string_view key, std::string_view value,
                  std::string_view wanted) {
    return lock_fault(section, key,
                      fmt::format("'{}' is '{}', which is not {}", printable_line(key),
                                  printable_line(value), wanted));
}

std::string take_string(const TomlSection& section, std::string_view key) {
    auto value = section.find_string(key);
    if (!value) throw section.missing_field(key);
    return *std::move(value);
}

std::string take_hash(const TomlSection& section, std::string_view key) {
    std::string value = take_string(section, key);
    if (Digest::parse(value)) return value;
    throw value_error(section, key, value, "a SHA-256 of 64 lower-case hex digits");
}

/// Messages have these names, and among them is a command that a user may copy.
void check_name(const TomlSection& section, const std::string& name, std::string_view wanted) {
    constexpr std::string_view kLetters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+";
    const bool plain = name.find_first_not_of(kLetters) == std::string::npos;
    if (plain && !name.empty() && !name.starts_with('-')) return;
    throw lock_fault(section, name, fmt::format("'{}' is not {}", printable_line(name), wanted));
}

/// As ToolchainName::manifest_name() writes it.
std::string take_channel(const TomlSection& root) {
    std::string text = take_string(root, "channel");
    const auto name = ToolchainName::parse(text + "-x");
    if (name && name->manifest_name() == text) return text;
    throw value_error(root, "channel", text, "a channel without target, perhaps with a date");
}

std::map<std::string, std::string> take_components(const TomlSection& hosts,
                                                   const std::string& host) {
    check_name(hosts, host, "the name of a host");
    const auto section = hosts.find_section(host, "a map");
    std::map<std::string, std::string> components;
    for (const std::string& name : section->keys()) {
        check_name(*section, name, "the name of a component");
        components[name] = take_hash(*section, name);
    }
    if (components.empty()) {
        throw lock_fault(hosts, host, fmt::format("host '{}' has no components", host));
    }
    return components;
}

}  // namespace

ToolchainLock make_lock(const ToolchainName& name, const Manifest& manifest, std::string hash,
                        std::span<const std::string> hosts, const LockedWishes& wishes) {
    ToolchainLock lock;
    lock.channel = name.manifest_name();
    lock.date = manifest.date;
    lock.manifest = std::move(hash);
    for (const std::string& host : hosts) {
        auto& components = lock.hosts[host];
        for (const Component& each :
             wanted_components(manifest, host, wishes.profile, wishes.components, wishes.targets)) {
            std::string found = first_hash(manifest, each);
            if (found.empty()) {
                throw Error(Errc::not_found,
                            fmt::format("component {} is not available in the release of {} for "
                                        "host '{}'; take it out of the toolchain file, or choose "
                                        "another release",
                                        manifest.description(each), manifest.date, host));
            }
            components[each.full_name()] = std::move(found);
        }
    }
    return lock;
}

std::string serialise(const ToolchainLock& lock) {
    std::string text =
        "# What the toolchain file beside this stands for. `rustup lock` writes it, and\n"
        "# `rustup toolchain install --locked` installs exactly this.\n";
    text +=
        fmt::format("version = {}\nchannel = {}\ndate = {}\nmanifest = {}\n", toml_string(kVersion),
                    toml_string(lock.channel), toml_string(lock.date), toml_string(lock.manifest));
    for (const auto& [host, components] : lock.hosts) {
        text += fmt::format("\n[hosts.{}]\n", toml_key(host));
        for (const auto& [name, hash] : components) {
            text += fmt::format("{} = {}\n", toml_key(name), toml_string(hash));
        }
    }
    return text;
}

ToolchainLock parse_toolchain_lock(std::string_view text) {
    const TomlSection root = parse_toml_document(text, Errc::usage);
    const std::string version = take_string(root, "version");
    if (version != kVersion) {
        throw value_error(root, "version", version, "1, the only one that this program reads");
    }
    ToolchainLock lock;
    lock.channel = take_channel(root);
    lock.date = take_string(root, "date");
    if (!parse_day(lock.date)) throw value_error(root, "date", lock.date, "a day YYYY-MM-DD");
    lock.manifest = take_hash(root, "manifest");
    const auto hosts = root.find_section("hosts", "a map");
    if (!hosts) throw root.missing_field("hosts");
    for (const std::string& host : hosts->keys()) lock.hosts[host] = take_components(*hosts, host);
    if (lock.hosts.empty()) throw lock_fault(root, "hosts", "no host is locked");
    return lock;
}

std::vector<Component> locked_components(const Manifest& manifest, std::string_view host,
                                         const std::map<std::string, std::string>& locked) {
    const auto all = manifest.components_for(host);
    std::vector<Component> components;
    for (const auto& [name, hash] : locked) {
        const auto found = std::ranges::find_if(
            all, [&](const Component& each) { return each.full_name() == name; });
        const std::string there = found == all.end() ? "" : first_hash(manifest, *found);
        if (there != hash) {
            throw Error(Errc::corrupt,
                        fmt::format("'{}' of host '{}': expected '{}', and the manifest has {}",
                                    name, host, hash, there.empty() ? "none" : "'" + there + "'"));
        }
        components.push_back(*found);
    }
    return components;
}

}  // namespace latchkey::dist
