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

/// Who chose the toolchain, in the order in which they are asked.
enum class Source { cli, env, path_override, toolchain_file, default_ };

/// The value that a proxy gives RUSTUP_TOOLCHAIN_SOURCE: `cli`, `path-override`, ….
std::string_view str(Source source) noexcept;

/// The toolchain that was chosen, and by whom. It need not be installed.
struct Active {
    Name name;
    Source source;
    std::string location;  ///< path_override: the directory; toolchain_file: the file. Else empty.

    // What a toolchain file wants of an official toolchain, as written there.
    std::vector<std::string> components;
    std::vector<std::string> targets;
    std::optional<dist::Profile> profile;

    /// The toolchain that was chosen, if it is not installed and `name` stands for it. Such a
    /// toolchain is never changed on demand.
    std::optional<dist::ToolchainName> wanted = {};
};

/// rustup's text for the choice: `overridden by '/w/rust-toolchain'`, `it's the default toolchain`,
/// ….
std::string reason(const Active& active);

/// What a command knows when it asks for the active toolchain.
struct Request {
    /// The `+toolchain` of the command line, without its `+`.
    std::optional<std::string> plus_toolchain;

    /// The name by which this program was called. no_toolchain_error() shows it.
    std::string program = "rustup";

    /// Called with a text, without "warn: ", if two toolchain files lie side by side or if one is
    /// passed over because it is not UTF-8. May be empty.
    std::function<void(const std::string&)> warn;
};

/// Chooses the toolchain. Asks `+toolchain`; RUSTUP_TOOLCHAIN; then each directory from the working
/// directory up to `/`, first for an override in the settings, then for a toolchain file; then the
/// default toolchain. The first answer decides. A wrong answer is an error.
///
/// Costs two system calls for each directory. Empty: nobody has an answer; see
/// no_toolchain_error(). A toolchain that is not installed may have a deputy: see deputy.hpp.
///
/// Throws: Errc::usage or Errc::not_found in rustup's words, about names and toolchain files.
std::optional<Active> find_active(const Site& site, const Request& request);

/// As find_active(), but asks only the directories, for overrides and toolchain files.
std::optional<Active> find_directory_choice(const Site& site, const Request& request);

}  // namespace latchkey::resolve
