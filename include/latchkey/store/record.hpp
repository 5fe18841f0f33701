#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"

namespace latchkey::store {

/// One component of a generation, and the tree that holds its files.
struct RecordComponent {
    dist::Component component;
    std::string tree;
};

/// `generations/<toolchain>/<n>.json`: what generation n is, and how it came to be.
struct Record {
    enum class State {
        installed,  ///< A directory of its own, composed from trees.
        removed,    ///< The toolchain was uninstalled by this change.
        adopted,    ///< A directory that rustup made, taken over whole.
    };

    std::uint64_t number = 0;
    State state = State::installed;
    std::optional<std::uint64_t> parent;  ///< The generation that was current before.
    std::string when;                     ///< RFC 3339, UTC.
    std::string command;                  ///< The command line that made it.
    std::string boot_id;                  ///< Of the boot in which it was made.
    std::string manifest_hash;            ///< SHA-256 of the channel manifest; empty where unknown.
    std::vector<RecordComponent> components;  ///< In the order of multirust-config.toml.
    /// A tree with files that no component owns: found in an adopted directory, carried for ever.
    std::optional<std::string> carried;

    /// Every tree that it names.
    [[nodiscard]] std::vector<std::string> trees() const;
};

std::string serialise(const Record& record);

/// Throws: Errc::corrupt naming `shown_path`; Errc::unsupported for a newer format.
Record parse_record(std::string_view text, const std::string& shown_path);

}  // namespace latchkey::store
