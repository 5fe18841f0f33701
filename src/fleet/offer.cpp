#include "latchkey/fleet/offer.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/net/tar_members.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "manifest_path.hpp"

namespace latchkey::fleet {
namespace {

constexpr std::string_view kPrefix = "channel-rust-";
constexpr std::string_view kEnding = ".toml";

/// The channel of a manifest's file name.
std::optional<std::string> channel_of(std::string_view name) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kEnding)) return std::nullopt;
    if (name.size() <= kPrefix.size() + kEnding.size()) return std::nullopt;
    name.remove_prefix(kPrefix.size());
    name.remove_suffix(kEnding.size());
    return std::string(name);
}

std::set<std::string> manifests_of_folder(const std::string& path) {
    std::set<std::string> found;
    for (const platform::DirectoryEntry& each : platform::find_entries(path + "/dist")) {
        if (channel_of(each.name)) found.insert("dist/" + each.name);
        if (!platform::is_directory(path + "/dist/" + each.name)) continue;
        for (const auto& file : platform::find_entries(path + "/dist/" + each.name)) {
            if (channel_of(file.name)) found.insert("dist/" + each.name + "/" + file.name);
        }
    }
    return found;
}

std::set<std::string> manifests_of_bundle(const std::string& path) {
    const platform::Fd file = platform::open_file(path, O_RDONLY | O_NONBLOCK);
    std::set<std::string> found;
    const auto members = net::find_tar_members(file, path);
    if (!members) return found;
    for (const auto& [name, member] : *members) {
        if (channel_of(name.substr(name.rfind('/') + 1))) found.insert(name);
    }
    return found;
}

/// Channel and date of a manifest's path; no date for an undated one.
std::pair<std::string, std::string> release_of(const std::string& path) {
    const auto parts = split(path, '/');
    const std::string channel = channel_of(parts.back()).value_or("");
    return {channel, parts.size() == 3 ? std::string(parts[1]) : std::string()};
}

}  // namespace

Offer Offer::load(const std::string& path) {
    const auto status = platform::find_target_status(path);
    if (!status) throw Error(Errc::not_found, "'" + path + "' does not exist");
    Offer offer(path);
    offer.manifests_ = status->kind == platform::FileKind::directory ? manifests_of_folder(path)
                                                                     : manifests_of_bundle(path);
    if (!offer.manifests_.empty()) return offer;
    throw Error(Errc::usage,
                fmt::format("'{}' is neither a mirror nor a bundle: it has no "
                            "'dist/channel-rust-*.toml'; make one with `rustup mirror` or "
                            "`rustup bundle`",
                            path));
}

std::string Offer::server() const {
    return net::file_url(path_);
}

std::vector<std::string> Offer::names() const {
    std::vector<std::string> names;
    for (const std::string& path : manifests_) {
        const auto [channel, date] = release_of(path);
        if (date.empty()) {
            names.push_back(channel);
        } else if (!manifests_.contains(manifest_path(channel, std::nullopt))) {
            names.push_back(channel + "-" + date);
        }
    }
    return names;
}

std::string Offer::only_name() const {
    const std::vector<std::string> all = names();
    if (all.size() == 1) return all.front();
    throw Error(Errc::usage, fmt::format("'{}' has several releases; name the one to install: {}",
                                         path_, join(all, ", ")));
}

void Offer::require(const dist::PartialToolchainName& name) const {
    if (manifests_.contains(manifest_path(name.channel.str(), name.date))) return;
    throw Error(Errc::not_found, fmt::format("'{}' has no release '{}', only: {}", path_,
                                             name.str(), join(names(), ", ")));
}

}  // namespace latchkey::fleet
