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

/// A toolchain, held for one tool. While the ranges are held, nobody deletes anything that the tool
/// may load.
struct Pinned {
    std::string directory;                ///< The toolchain's directory, from which the tool runs.
    std::optional<Session> session;       ///< For the tools that it starts. Empty: in no home.
    std::optional<lock::LockSet> ranges;  ///< Empty: in no home.
    /// False: the tool's component was not listed. If there is a file of the tool's name, it is the
    /// user's, or belongs to a component that is being added or taken out.
    bool has_tool = true;

    /// The directory is not at home, so what caches know of the compiler at home does not hold.
    [[nodiscard]] bool is_away() const { return session && !session->place.is_home(); }
};

/// Why a toolchain was not pinned.
struct NotPinned {
    enum class Why {
        absent,      ///< Nothing has the toolchain's name, or what has it is not a toolchain.
        unverified,  ///< The machine may have gone down before its files were on the disk.
        /// A range was refused several times although nobody committed. Only two names that share a
        /// byte of the lock file can cause this.
        refused,
    };
    Why why;
    std::optional<lock::Key> key;  ///< The range that was refused.
};

/// Who asks for a toolchain.
struct PinRequest {
    resolve::Name toolchain;
    std::string tool;  ///< Decides which components are held. An unknown tool may load them all.
    std::optional<Session> session;  ///< Ignored if it is one of another toolchain.
    bool verified = false;           ///< Somebody has verified the files: do not ask again.
};

/// Holds what a tool needs. A path or a user's link that leads to a toolchain of this home is held
/// like that toolchain.
///
/// Waits for nobody. Begins again only after somebody else has committed.
/// Locks:  takes `directory`, and `use` of each component that the tool may load, shared.
/// Throws: Errc::unsupported for a newer format; Errc::io.
std::variant<Pinned, NotPinned> try_pin(const store::Home& home, const PinRequest& request);

/// Holds the directory that the tool's session began with, whatever the toolchain's name stands for
/// now. Empty: the tool is not a member of the session, or that directory is gone, incomplete or
/// not verified.
///
/// Throws: as try_pin().
std::optional<Pinned> try_pin_session(const store::Home& home, const PinRequest& request);

}  // namespace latchkey::proxy
