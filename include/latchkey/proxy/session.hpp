#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/platform/environment.hpp"

namespace latchkey::proxy {

/// What a cargo runs on, told to all that it starts, so that a build is of one compiler from its
/// first rustc to its last whatever is installed meanwhile.
struct Session {
    std::string toolchain;
    std::uint64_t generation = 0;  ///< 0 for a directory that rustup made.
    /// Of the directory. One that rustup made keeps it when it becomes a generation, of whatever
    /// number; what a hand-back puts at the name is another one.
    std::uint64_t inode = 0;

    bool operator==(const Session&) const = default;
};

/// LATCHKEY_SESSION, `<toolchain>=<n>@<inode>`. Empty where it is not set or makes no sense.
std::optional<Session> find_session(const platform::Environment& environment);

void set_session(platform::Environment& environment, const Session& session);

/// Whether a tool goes on with the generation it is told: those that cargo starts for a build do;
/// cargo itself, rust-analyzer and debuggers begin afresh.
bool obeys_session(std::string_view tool);

}  // namespace latchkey::proxy
