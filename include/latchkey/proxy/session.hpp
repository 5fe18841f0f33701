#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/platform/environment.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::proxy {

/// The directory that a cargo or a `rustup run` runs from. Everything that it starts is told, so a
/// build uses one compiler from its first rustc to its last, whatever is installed meanwhile.
struct Session {
    store::Place place;
    /// Identifies the directory: the word of its tag, or "i" and its inode if it has no tag.
    std::string mark;
    bool whole = false;  ///< `rustup run` began it: every tool goes on with it, also cargo.

    bool operator==(const Session&) const = default;
};

/// The mark of the directory that is at a place now. Empty: there is no directory.
std::string find_mark(const store::Home& home, const store::Place& place);

/// Whether the directory at a place is the one with this mark. A mark with an inode stays good when
/// somebody changes the directory, and so gives it a tag: it is still the same directory.
bool has_mark(const store::Home& home, const store::Place& place, const std::string& mark);

/// Reads LATCHKEY_SESSION: `<place>@<mark>`, or `<place>@<mark>,whole`; a place in a base home
/// begins with `base/<number>/`. Empty: the variable is not set or makes no sense.
std::optional<Session> find_session(const platform::Environment& environment);

void set_session(platform::Environment& environment, const Session& session);

/// Whether a tool goes on with the session that it is told. The tools that cargo starts for a build
/// do. cargo itself, rust-analyzer and debuggers do so only if the session is whole; otherwise they
/// run from what is current.
bool obeys(std::string_view tool, const Session& session);

}  // namespace latchkey::proxy
