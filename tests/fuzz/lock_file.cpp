// `rust-toolchain.lock`, which comes with every repository that is checked out.

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "latchkey/base/digest.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/toolchain_lock.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/toolchain_lock.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;
using dist::ToolchainLock;
namespace fs = std::filesystem;

const std::string kHost = "x86_64-unknown-linux-gnu";
const std::string kHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The release that the seeds lock.
const std::string kManifest =
    "manifest-version = \"2\"\ndate = \"2026-04-16\"\n[pkg.cargo]\n"
    "version = \"1\"\n[pkg.cargo.target." +
    kHost + "]\navailable = true\nurl = \"u\"\nhash = \"" + kHash +
    "\"\n[pkg.rust]\nversion = \"1.95.0\"\n[pkg.rust.target." + kHost +
    "]\navailable = true\nurl = \"u\"\nhash = \"" + kHash +
    "\"\ncomponents = [{ pkg = \"cargo\", target = \"" + kHost + "\" }]\n";

/// A toolchain file of our own, beside which each input is written.
class Project {
public:
    Project() {
        root_ = fuzz::make_folder();
        active.location = root_ + "/rust-toolchain.toml";
        path = resolve::lock_path(active);
    }
    ~Project() { platform::remove_tree(PermitMint::worker(), root_); }
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    resolve::Site site;
    resolve::Active active{.name = *dist::ToolchainName::parse("stable-" + kHost),
                           .source = resolve::Source::toolchain_file,
                           .location = {},
                           .components = {"cargo"},
                           .targets = {},
                           .profile = std::nullopt};
    std::string path;

private:
    std::string root_;
};

/// Names are shown to users, also in a command that they may copy.
bool is_plain_name(std::string_view text) {
    return !text.empty() && !text.starts_with('-') &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F' && c != '\''; }) &&
           text.find_first_of("`$\\\"|&;<>()*?") == std::string_view::npos;
}

void check(const ToolchainLock& lock) {
    fuzz::require(is_plain_name(lock.channel), "a channel that nobody has");
    fuzz::require(Digest::parse(lock.manifest).has_value(), "a manifest without a hash");
    fuzz::require(!lock.hosts.empty(), "nothing is locked");
    for (const auto& [host, components] : lock.hosts) {
        fuzz::require(is_plain_name(host), "a host that nobody has");
        fuzz::require(!components.empty(), "a host without components");
        for (const auto& [name, hash] : components) {
            fuzz::require(is_plain_name(name), "a component that no release has");
            fuzz::require(Digest::parse(hash).has_value(), "a component without a hash");
        }
    }
    const std::string written = dist::serialise(lock);
    const auto again = fuzz::reparsed([&] { return dist::parse_toolchain_lock(written); });
    fuzz::require(again == lock, "the written lock is another");
    fuzz::require(dist::serialise(again) == written, "a lock is written in two ways");
}

/// What is installed has the locked hashes.
void compare_with_manifest(const ToolchainLock& lock) {
    static const dist::Manifest manifest = dist::parse_manifest(kManifest, "m");
    for (const auto& [host, locked] : lock.hosts) {
        const auto found =
            fuzz::parsed([&] { return dist::locked_components(manifest, kHost, locked); });
        if (!found) continue;
        fuzz::require(found->size() == locked.size(), "not all that is locked");
        for (const dist::Component& each : *found) {
            const dist::PackageTarget* const package = manifest.find(each);
            fuzz::require(package != nullptr, "a component that the release does not have");
            fuzz::require(package->sources.front().hash == locked.at(each.full_name()),
                          "a component with another hash");
        }
    }
}

/// As `--locked` reads it. The text of a fault names the file.
void read_as_file(std::string_view text, const std::optional<ToolchainLock>& parsed) {
    static const Project project;
    platform::save_file(project.path, text);
    try {
        const auto found = resolve::find_lock(project.site, project.active);
        fuzz::require(is_utf8(text) && found == parsed, "the file says something else");
    } catch (const Error& error) {
        const std::string_view told = error.what();
        fuzz::require(error.code() == Errc::usage, "a fault of another kind");
        fuzz::require(told.find(project.path) != std::string_view::npos,
                      "a fault without its file");
        fuzz::require(is_utf8(told), "a fault that cannot be shown");
        fuzz::require(!is_utf8(text) || !parsed, "only the file is refused");
        return;
    }
    const auto required =
        fuzz::parsed([&] { return resolve::require_lock(project.site, project.active); });
    if (!required) return;
    fuzz::require(required->lock.channel == "stable" && required->host == kHost &&
                      required->lock.hosts.at(kHost).size() > 0,
                  "a lock of another toolchain");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = latchkey::fuzz::text_of(data, size);
    const auto lock = fuzz::parsed([&] { return dist::parse_toolchain_lock(text); });
    read_as_file(text, lock);
    if (!lock) return 0;
    check(*lock);
    compare_with_manifest(*lock);
    return 0;
}
