#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/platform/environment.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::proxy {

/// What a cargo or `rustup run` runs on, told to all that it starts, so that a build is of one
/// compiler from its first rustc to its last whatever is installed meanwhile.
struct Session {
    store::Place place;
    /// Which directory it is: the word of its tag; without one "i" and its inode.
    std::string mark;
    bool whole = false;  ///< Of `rustup run`: every tool goes on with it, cargo too.

    bool operator==(const Session&) const = default;
};

/// The mark of the directory that is at a place now. Empty: there is none.
std::string find_mark(const store::Home& home, const store::Place& place);

/// Whether a place's directory is the one that had this mark. One that had no tag is known by its
/// inode for good: it gets a tag when somebody changes it, and is the same directory.
bool has_mark(const store::Home& home, const store::Place& place, const std::string& mark);

/// LATCHKEY_SESSION, `<place>@<mark>`, with ",whole" behind it for a whole one. Empty where it is
/// not set or makes no sense.
std::optional<Session> find_session(const platform::Environment& environment);

void set_session(platform::Environment& environment, const Session& session);

/// Whether a tool goes on with the session it is told: those that cargo starts for a build do;
/// cargo itself, rust-analyzer and debuggers begin afresh, but for a whole one.
bool obeys(std::string_view tool, const Session& session);

}  // namespace latchkey::proxy
