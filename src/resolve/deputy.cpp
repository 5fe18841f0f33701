#include "latchkey/resolve/deputy.hpp"

#include <fcntl.h>

#include <array>
#include <tuple>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/installed.hpp"

namespace latchkey::resolve {
namespace {

using Kind = dist::Channel::Kind;

/// The day of a toolchain's manifest, which stands at its front. Empty: it does not say.
std::string find_day(const std::string& directory) {
    constexpr std::string_view kKey = "\ndate = \"";
    constexpr std::size_t kDayLength = 10;
    const std::string path = dist::note_path(directory, dist::kManifestNote);
    try {
        const auto file = platform::find_file(path, O_RDONLY);
        if (!file) return {};
        std::array<std::byte, 256> bytes{};
        const std::size_t size = platform::read_some(*file, bytes, path);
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), size);
        const std::size_t at = text.find(kKey);
        if (at == std::string_view::npos) return {};
        return std::string(text.substr(at + kKey.size(), kDayLength));
    } catch (const Error&) {
        return {};
    }
}

/// A numbered release is a stable one, or a beta.
Kind stream_of(const dist::Channel& channel) {
    if (channel.kind() != Kind::version) return channel.kind();
    return channel.version().beta ? Kind::beta : Kind::stable;
}

bool is_patch_of(const dist::Channel& wanted, const dist::Channel& offered) {
    if (wanted.kind() != Kind::version || offered.kind() != Kind::version) return false;
    const dist::Version& want = wanted.version();
    const dist::Version& have = offered.version();
    return !want.patch && have.patch && !want.beta && !have.beta && want.major == have.major &&
           want.minor == have.minor;
}

/// By what the names say.
bool may_answer(const dist::ToolchainName& wanted, const dist::ToolchainName& offered) {
    const bool same_stream = stream_of(wanted.channel()) == stream_of(offered.channel());
    if (wanted.target() != offered.target() || !same_stream) return false;
    if (wanted.date()) return wanted.channel().kind() != Kind::version;
    if (wanted.channel().kind() != Kind::version) return true;
    return !offered.date() && is_patch_of(wanted.channel(), offered.channel());
}

/// What makes one deputy better than another.
using Merit = std::tuple<bool, std::string, dist::Channel>;

}  // namespace

std::optional<dist::ToolchainName> find_deputy(const Site& site, const dist::ToolchainName& wanted,
                                               std::span<const std::string> components,
                                               std::span<const std::string> targets) {
    const dist::HomeLayout& home = site.variables.rustup_home;
    if (!site.use_installed() || is_installed(home, wanted)) return std::nullopt;
    std::optional<dist::ToolchainName> best;
    std::optional<Merit> best_merit;
    for (const dist::AnyName& each : list_installed(home)) {
        const auto* offered = std::get_if<dist::ToolchainName>(&each);
        if (offered == nullptr || !may_answer(wanted, *offered)) continue;
        if (!is_installed(home, *offered)) continue;
        const std::string directory = toolchain_path(home, *offered);
        std::string day = find_day(directory);
        if (wanted.date() && day != *wanted.date()) continue;
        const bool whole = surely_has(directory, offered->target(), components, targets);
        Merit merit{whole, std::move(day), offered->channel()};
        if (best_merit && merit <= *best_merit) continue;
        best_merit = std::move(merit);
        best = *offered;
    }
    return best;
}

Name deputised(const Site& site, Name name) {
    const dist::ToolchainName* const wanted = official(name);
    if (wanted == nullptr) return name;
    if (auto deputy = find_deputy(site, *wanted, {}, {})) return *std::move(deputy);
    return name;
}

}  // namespace latchkey::resolve
