#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/profile.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::dist {

/// The name of the file beside a toolchain file that says which release and which components the
/// toolchain file's names stand for.
inline constexpr std::string_view kLockFileName = "rust-toolchain.lock";

/// What `rust-toolchain.lock` says.
struct ToolchainLock {
    std::string channel;   ///< As the toolchain file has it, without target: `nightly-2026-05-20`.
    std::string date;      ///< Of the release, YYYY-MM-DD.
    std::string manifest;  ///< The SHA-256 of its manifest as served.
    /// Host -> component's full name -> the first SHA-256 that the manifest lists for it.
    std::map<std::string, std::map<std::string, std::string>> hosts;

    bool operator==(const ToolchainLock&) const = default;
};

/// What a toolchain file wants besides the toolchain.
struct LockedWishes {
    Profile profile = Profile::default_;
    std::vector<std::string> components;
    std::vector<std::string> targets;
};

/// Throws: Errc::not_found if a host or component is not in the manifest or cannot be downloaded.
ToolchainLock make_lock(const ToolchainName& name, const Manifest& manifest, std::string hash,
                        std::span<const std::string> hosts, const LockedWishes& wishes);

/// The file's text: sorted, and the same for equal locks.
std::string serialise(const ToolchainLock& lock);

/// Throws: Errc::usage, "TOML parse error at line L, …", or the key whose value makes no sense, with
///         its line.
ToolchainLock parse_toolchain_lock(std::string_view text);

/// The components of a host, as the manifest has them.
///
/// Throws: Errc::corrupt if the manifest has no such component or another hash for it; the key, what
///         is expected and what was found.
std::vector<Component> locked_components(const Manifest& manifest, std::string_view host,
                                         const std::map<std::string, std::string>& locked);

}  // namespace latchkey::dist
