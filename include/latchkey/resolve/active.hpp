#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/profile.hpp"
#include "latchkey/resolve/name.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::resolve {

/// Who chose the toolchain. In the order in which they are asked.
enum class Source { cli, env, path_override, toolchain_file, default_ };

/// What a proxy puts into RUSTUP_TOOLCHAIN_SOURCE: `cli`, `path-override`, ….
std::string_view str(Source source) noexcept;

/// The toolchain that answers, and why. It need not be installed.
struct Active {
    Name name;
    Source source;
    std::string location;  ///< path_override: the directory; toolchain_file: the file. Else empty.

    // What a toolchain file wants of an official toolchain, as written there.
    std::vector<std::string> components;
    std::vector<std::string> targets;
    std::optional<dist::Profile> profile;
};

/// `overridden by '/w/rust-toolchain'`, `it's the default toolchain`, ….
std::string reason(const Active& active);

/// How a command asks.
struct Request {
    /// Of `+toolchain` on the command line, without the `+`.
    std::optional<std::string> plus_toolchain;

    /// What this program was called by: the text for "no toolchain at all" names it.
    std::string program = "rustup";

    /// Is told, without "warn: ", where two toolchain files lie side by side, or where one is
    /// passed over that is no UTF-8. May be empty.
    std::function<void(const std::string&)> warn;
};

/// +toolchain; RUSTUP_TOOLCHAIN; then from the working directory up to `/`, in each directory first
/// the overrides of the settings, then a toolchain file; the default toolchain. The first that is
/// there decides; if it is wrong, that is an error.
///
/// Two system calls for each directory. Empty: nobody says anything (see no_toolchain_error).
///
/// Throws: Errc::usage, Errc::not_found in rustup's words, of names and toolchain files.
std::optional<Active> find_active(const Site& site, const Request& request);

/// Without a look at +toolchain, RUSTUP_TOOLCHAIN and the default.
std::optional<Active> find_directory_choice(const Site& site, const Request& request);

}  // namespace latchkey::resolve
