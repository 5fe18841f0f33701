#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/proxy/session.hpp"
#include "latchkey/resolve/name.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::proxy {

/// A toolchain of which nothing that one tool runs on is deleted while the ranges are held.
struct Pinned {
    std::string directory;                ///< Where it is run from.
    std::optional<Session> session;       ///< For those that it starts. Empty for what is not ours.
    std::optional<lock::LockSet> ranges;  ///< Empty for what nobody but its owner changes.
    /// False: the tool's own component was not listed. A file of its name that is there is a
    /// user's, or of a component that is being added or taken out.
    bool has_tool = true;

    /// Home lags: what caches know of the compiler there is not true of this one.
    [[nodiscard]] bool is_away() const { return session && !session->place.is_home(); }
};

/// Why there is nothing to hold.
struct NotPinned {
    enum class Why {
        absent,      ///< Nothing has the toolchain's name, or something that is none.
        unverified,  ///< The machine may have stopped before all of it was on the disk.
        /// A range was refused again and again, though nobody committed. Only two names that share
        /// a byte of the lock file can do that.
        refused,
    };
    Why why;
    std::optional<lock::Key> key;  ///< The range that was refused.
};

/// How a tool asks.
struct PinRequest {
    resolve::Name toolchain;
    std::string tool;                ///< It says what is held; an unknown one may load all.
    std::optional<Session> session;  ///< Obeyed where it is of this toolchain.
    bool verified = false;           ///< Somebody has seen to what `unverified` is about.
};

/// Takes `directory` and the `use` ranges of what the tool may load. Waits for nobody: each time
/// that it must begin again, somebody has committed. A path, or a link of the user's, that leads to
/// one of this home's toolchains is held like that toolchain.
///
/// Throws: Errc::unsupported for a newer format; Errc::io.
std::variant<Pinned, NotPinned> try_pin(const store::Home& home, const PinRequest& request);

/// As a member of its session alone, whatever the toolchain's name stands for by now. Empty: it is
/// none, or what the session began with is not all there, or not verified.
///
/// Throws: as `try_pin`.
std::optional<Pinned> try_pin_session(const store::Home& home, const PinRequest& request);

}  // namespace latchkey::proxy
