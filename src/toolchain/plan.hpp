#pragma once

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

/// What a change makes of a toolchain, given the toolchain as it is. A value: two plans of one
/// snapshot are equal.
struct Plan {
    bool unchanged = false;                   ///< There is nothing to do but to say so.
    std::vector<dist::Component> final_list;  ///< In the order of multirust-config.toml.
    std::vector<dist::Component> install;     ///< To be had anew; others stay as they are.
    std::vector<Message> messages;            ///< Said before anything is fetched.
    std::vector<Message> late_messages;       ///< Said when everything is in the store.
    bool combined = false;  ///< A release of before 2016: one component, and no list of them.
    bool anew = false;      ///< The directory that is there is not to be trusted: a new generation.
    std::optional<std::string> update_hash;

    /// What cannot be done of what was asked for, in rustup's words: an error when the rest is
    /// done. Empty: all can be.
    std::string complaint;

    bool operator==(const Plan&) const = default;
};

/// For logs and failed checks: `install cargo-x86_64…; keep rustc-x86_64…; anew`.
std::string str(const Plan& plan);

}  // namespace latchkey::toolchain
