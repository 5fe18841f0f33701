#include "latchkey/proxy/tool_environment.hpp"

#include <algorithm>
#include <vector>

#include "latchkey/base/text.hpp"
#include "latchkey/config/home_variables.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::proxy {
namespace {

/// `entry` in front, unless it is in the list already or cannot be written in one.
void put_in_front(platform::Environment& environment, const std::string& name,
                  const std::string& entry) {
    if (entry.find(':') != std::string::npos) return;
    const auto old = environment.find(name);
    if (!old) {
        environment.set(name, entry);
        return;
    }
    const auto parts = split(*old, ':');
    if (std::find(parts.begin(), parts.end(), entry) != parts.end()) return;
    environment.set(name, entry + ":" + *old);
}

/// The libraries of a toolchain, whichever generation and however it is called.
class Libraries {
public:
    Libraries(const store::Home& home, const std::string& toolchain)
        : by_name_(home.toolchain(toolchain) + "/lib"),
          away_(home.away() + "/"),
          ending_("/" + toolchain + "/lib") {}

    [[nodiscard]] bool contain(std::string_view entry) const {
        if (entry == by_name_) return true;
        if (!entry.starts_with(away_) || !entry.ends_with(ending_) ||
            entry.size() < away_.size() + ending_.size()) {
            return false;
        }
        entry.remove_prefix(away_.size());
        entry.remove_suffix(ending_.size());
        return parse_number(entry).has_value();
    }

private:
    std::string by_name_;
    std::string away_;
    std::string ending_;
};

/// The first entry for another generation becomes `entry`; further ones go.
void replace_others(platform::Environment& environment, const std::string& name,
                    const std::string& entry, const Libraries& libraries) {
    const auto old = environment.find(name);
    if (!old || entry.find(':') != std::string::npos) return;
    std::vector<std::string> kept;
    bool placed = false;
    for (const std::string_view part : split(*old, ':')) {
        if (!libraries.contain(part) && part != entry) {
            kept.emplace_back(part);
        } else if (!placed) {
            kept.push_back(entry);
            placed = true;
        }
    }
    if (placed) environment.set(name, join(kept, ":"));
}

}  // namespace

platform::Environment tool_environment(const resolve::Site& site, const resolve::Name& toolchain,
                                       std::optional<resolve::Source> source, const Pinned& pinned,
                                       platform::Environment environment) {
    const std::string name = resolve::str(toolchain);
    environment.set("RUSTUP_TOOLCHAIN", name);
    if (source) environment.set("RUSTUP_TOOLCHAIN_SOURCE", std::string(resolve::str(*source)));
    config::set_home_layout(environment, site.variables.rustup_home);
    environment.set("CARGO_HOME", site.variables.cargo_home);
    environment.set("RUST_RECURSION_COUNT", std::to_string(site.variables.recursion_count + 1));
    const std::string libraries = pinned.directory + "/lib";
    if (!std::holds_alternative<dist::PathName>(toolchain)) {
        const store::Home home(site.variables.rustup_home);
        replace_others(environment, "LD_LIBRARY_PATH", libraries, Libraries(home, name));
    }
    // cargo caches what it knows of rustc by the path of home's, which is another compiler now.
    if (pinned.is_away()) environment.set("CARGO_CACHE_RUSTC_INFO", "0");
    put_in_front(environment, "LD_LIBRARY_PATH", libraries);
    put_in_front(environment, "PATH", site.variables.cargo_home + "/bin");
    return environment;
}

}  // namespace latchkey::proxy
