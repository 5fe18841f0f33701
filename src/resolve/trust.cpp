#include "latchkey/resolve/trust.hpp"

#include <algorithm>

#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::resolve {
namespace {

constexpr std::uint32_t kRoot = 0;

bool is_ours(const Site& site, std::uint32_t owner) {
    const std::uint32_t user = platform::effective_user();
    if (owner == user || owner == kRoot) return true;
    return user == kRoot && site.variables.sudo_user == owner;
}

const std::vector<std::string>& safe_directories(const Site& site) {
    return site.variables.safe_directories ? *site.variables.safe_directories
                                           : site.settings.safe_directories;
}

}  // namespace

bool is_safe(const Site& site, const std::string& directory) {
    constexpr std::string_view kBelow = "/*";
    return std::ranges::any_of(safe_directories(site), [&](const std::string& safe) {
        if (safe == "*" || safe == directory) return true;
        if (!safe.ends_with(kBelow)) return false;
        const std::string_view above =
            std::string_view(safe).substr(0, safe.size() - kBelow.size());
        return directory.size() > above.size() && directory.starts_with(above) &&
               directory[above.size()] == '/';
    });
}

bool is_trusted(const Site& site, const config::FoundToolchainFile& file) {
    const bool ours =
        is_ours(site, file.owner) && (!file.link_owner || is_ours(site, *file.link_owner));
    return ours || is_safe(site, platform::folder_of(file.path));
}

std::optional<std::string> find_distrust(const Site& site, const config::FoundToolchainFile& file) {
    if (is_trusted(site, file)) return std::nullopt;
    const bool by_link = file.link_owner && !is_ours(site, *file.link_owner);
    const std::uint32_t owner = by_link ? *file.link_owner : file.owner;
    const std::string directory = platform::folder_of(file.path);
    return "'" + file.path + "' belongs to another user (uid " + std::to_string(owner) +
           ") and decides which toolchain runs here\n"
           "help: if you trust it, run `rustup set safe-directories add " +
           directory + "`, or set RUSTUP_UNTRUSTED=1";
}

}  // namespace latchkey::resolve
