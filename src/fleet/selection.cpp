#include "latchkey/fleet/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/change.hpp"
#include "latchkey/dist/server.hpp"

namespace latchkey::fleet {
namespace {

using dist::Component;

void append_once(std::vector<std::string>& list, const std::string& text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(text);
}

/// Bytes that mean something to a server, a shell or a tool that copies trees are in no name.
bool is_plain_part(std::string_view part) {
    if (part.empty() || part.starts_with('.')) return false;
    return std::ranges::all_of(part, [](unsigned char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("%?#\\\"'*<>|:").find(static_cast<char>(c)) ==
                   std::string_view::npos;
    });
}

/// Gathers the archives of one release.
class Selecting {
public:
    Selecting(const dist::Manifest& manifest, const Wanted& wanted, const Selection& selection)
        : manifest_(manifest), wanted_(wanted), selection_(selection) {}

    Selected run() {
        const Selection& all = selection_;
        for (const std::string& host : wanted_.hosts) {
            for (const Component& each :
                 dist::wanted_components(manifest_, host, all.profile, {}, {})) {
                if (!add(each)) warn_of(each);
            }
        }
        for (const std::string& name : all.components) add_named({name}, {}, name);
        for (const std::string& target : all.targets) {
            add_named({}, {target}, "rust-std for " + target);
        }
        std::ranges::sort(result_.archives, {}, &Archive::path);
        const auto [first, last] = std::ranges::unique(result_.archives, {}, &Archive::path);
        result_.archives.erase(first, last);
        return std::move(result_);
    }

private:
    [[nodiscard]] std::string release() const {
        return fmt::format("channel '{}' ({})", wanted_.name.manifest_name(),
                           printable_line(manifest_.date));
    }

    /// A component or target that was named. One of the hosts must have it.
    void add_named(const std::vector<std::string>& components,
                   const std::vector<std::string>& targets, const std::string& shown) {
        bool found = false;
        std::vector<Component> lacking;
        for (const std::string& host : wanted_.hosts) {
            for (const Component& each :
                 dist::wanted_components(manifest_, host, std::nullopt, components, targets)) {
                if (add(each)) {
                    found = true;
                } else {
                    lacking.push_back(each);
                }
            }
        }
        if (!found) {
            throw Error(Errc::not_found,
                        fmt::format("{} has no '{}' for {}; leave it out or name another release",
                                    release(), printable_line(shown), join(wanted_.hosts, ", ")));
        }
        for (const Component& each : lacking) warn_of(each);
    }

    /// False: the release does not have it.
    bool add(const Component& component) {
        const dist::PackageTarget* const found = manifest_.find(component);
        if (found == nullptr || !found->available) return false;
        bool any = false;
        for (const dist::Source& source : found->sources) {
            const auto& encodings = selection_.encodings;
            if (!encodings.empty() &&
                std::ranges::find(encodings, source.encoding) == encodings.end()) {
                continue;
            }
            any = true;
            if (!source.digest()) {
                throw Error(Errc::corrupt, fmt::format("the manifest of {} has a hash that is none "
                                                       "for '{}': '{}'",
                                                       release(), without_credentials(source.url),
                                                       printable_line(source.hash)));
            }
            result_.archives.push_back({archive_path(source.url), source.url, source.hash,
                                        manifest_.display_name(component)});
        }
        if (any) return true;
        std::vector<std::string> names;
        for (const dist::Encoding each : selection_.encodings) names.emplace_back(dist::str(each));
        throw Error(Errc::not_found,
                    fmt::format("{} has '{}' not as {}; leave `--compression` out", release(),
                                manifest_.display_name(component), join(names, " or ")));
    }

    void warn_of(const Component& component) {
        append_once(result_.warnings, fmt::format("{} has no {}; it is left out", release(),
                                                  manifest_.description(component)));
    }

    const dist::Manifest& manifest_;
    const Wanted& wanted_;
    const Selection& selection_;
    Selected result_;
};

}  // namespace

std::vector<Wanted> parse_wanted(std::span<const std::string> names,
                                 std::span<const std::string> hosts,
                                 const std::string& default_host) {
    std::vector<Wanted> all;
    for (const std::string& text : names) {
        const dist::PartialToolchainName partial = dist::parse_official_name(text);
        std::vector<std::string> asked(hosts.begin(), hosts.end());
        if (partial.has_target() || asked.empty()) {
            asked.assign(1, partial.resolve(default_host).target());
        }
        const dist::ToolchainName name(partial.channel, partial.date, asked.front());
        auto same = std::ranges::find(all, name.manifest_name(),
                                      [](const Wanted& each) { return each.name.manifest_name(); });
        if (same == all.end()) same = all.insert(same, {name, {}});
        for (const std::string& host : asked) append_once(same->hosts, host);
    }
    return all;
}

Selected select(const dist::Manifest& manifest, const Wanted& wanted, const Selection& selection) {
    return Selecting(manifest, wanted, selection).run();
}

std::vector<std::string> named_archives(const dist::Manifest& manifest) {
    std::set<std::string> paths;
    const std::string prefix = std::string(dist::kDefaultServer) + "/";
    for (const auto& [name, package] : manifest.packages) {
        for (const auto& [tuple, target] : package.targets) {
            for (const dist::Source& source : target.sources) {
                if (source.url.starts_with(prefix)) paths.insert(source.url.substr(prefix.size()));
            }
        }
    }
    return {paths.begin(), paths.end()};
}

std::string archive_path(const std::string& url) {
    const std::string prefix = std::string(dist::kDefaultServer) + "/";
    const bool is_below = url.starts_with(prefix + "dist/");
    if (is_below) {
        std::string path = url.substr(prefix.size());
        if (std::ranges::all_of(split(path, '/'), is_plain_part)) return path;
    }
    throw Error(Errc::corrupt,
                fmt::format("the manifest names '{}', which {}", without_credentials(url),
                            is_below ? "cannot be the name of a file in a mirror"
                                     : "no client would ask a mirror for: it is not below " +
                                           prefix + "dist/"));
}

}  // namespace latchkey::fleet
