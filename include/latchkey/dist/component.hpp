#pragma once

#include <compare>
#include <optional>
#include <string>

namespace latchkey::dist {

/// What a user adds or removes: a package for a target, or for no target (`rust-src`).
struct Component {
    std::string pkg;                    ///< The package's internal name: `clippy-preview`.
    std::optional<std::string> target;  ///< Empty: `*` in files.
    bool is_extension = false;          ///< Kept for old readers; says nothing about identity.

    /// `clippy-preview-x86_64-unknown-linux-gnu`, `rust-src`: the name in `lib/rustlib/components`.
    [[nodiscard]] std::string full_name() const { return target ? pkg + "-" + *target : pkg; }

    /// The target, or `*`.
    [[nodiscard]] std::string target_text() const { return target.value_or("*"); }

    [[nodiscard]] Component without_target() const { return {pkg, std::nullopt, is_extension}; }

    bool operator==(const Component& other) const {
        return pkg == other.pkg && target == other.target;
    }

    /// By package, then target (none first), then is_extension, as rustup sorts. Finer than ==.
    std::strong_ordering operator<=>(const Component& other) const {
        if (const auto order = pkg <=> other.pkg; order != 0) return order;
        if (const auto order = target <=> other.target; order != 0) return order;
        return is_extension <=> other.is_extension;
    }
};

}  // namespace latchkey::dist
