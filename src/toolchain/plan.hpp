#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/component.hpp"

namespace latchkey::toolchain {

/// A text for the user.
struct Message {
    bool warning = false;
    std::string text;

    bool operator==(const Message&) const = default;
};

/// What a change does to a toolchain. Depends only on the snapshot: two plans for one snapshot are
/// equal.
struct Plan {
    bool unchanged = false;                   ///< Nothing is to be done, except to say so.
    std::vector<dist::Component> final_list;  ///< In the order of multirust-config.toml.
    std::vector<dist::Component> install;     ///< To be installed. The others stay as they are.
    std::vector<Message> messages;            ///< Said before anything is fetched.
    std::vector<Message> late_messages;       ///< Said when everything is in the store.
    bool combined = false;  ///< A release of before 2016: one component, and no list of them.
    bool anew = false;      ///< Make a new generation: the present directory may be damaged.
    std::optional<std::string> update_hash;
    std::optional<std::uint64_t> held_at;  ///< Of a rollback: the entry of the history.

    /// What the user asked for and what is impossible, in rustup's words. Thrown when the rest is
    /// done. Empty: everything is possible.
    std::string complaint;

    bool operator==(const Plan&) const = default;
};

/// The plan of doing nothing, and saying nothing.
Plan no_change();

/// For logs and failed checks: `install cargo-x86_64…; keep rustc-x86_64…; anew`.
std::string str(const Plan& plan);

}  // namespace latchkey::toolchain
