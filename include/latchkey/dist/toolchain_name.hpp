#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/channel.hpp"
#include "latchkey/dist/target_tuple.hpp"

namespace latchkey::dist {

/// The full name of an official toolchain, `nightly-2026-03-01-x86_64-unknown-linux-gnu`: the form
/// that is stored, shown, and names a directory under `toolchains/`.
class ToolchainName {
public:
    /// Requires: `date` has the shape YYYY-MM-DD; `target` is not empty.
    ToolchainName(Channel channel, std::optional<std::string> date, std::string target)
        : channel_(std::move(channel)), date_(std::move(date)), target_(std::move(target)) {}

    /// Reads a directory's name: a channel, perhaps a date, and a target that may be any text but
    /// not empty.
    static std::optional<ToolchainName> parse(std::string_view text);

    [[nodiscard]] const Channel& channel() const { return channel_; }
    [[nodiscard]] const std::optional<std::string>& date() const { return date_; }
    [[nodiscard]] const std::string& target() const { return target_; }

    [[nodiscard]] std::string str() const;

    /// The name without the target, `nightly-2026-03-01`, as in "for channel '…'".
    [[nodiscard]] std::string manifest_name() const;

    /// Whether `update` without names includes it: it has no date, and its channel moves.
    [[nodiscard]] bool is_tracking() const { return !date_ && channel_.moves(); }

    /// This toolchain with another date, as backtracking tries it.
    [[nodiscard]] ToolchainName at(std::string date) const {
        return {channel_, std::move(date), target_};
    }

    /// The order in which toolchains are listed.
    auto operator<=>(const ToolchainName&) const = default;

private:
    Channel channel_;
    std::optional<std::string> date_;
    std::string target_;
};

/// An official name as a user writes it: any part of the target may be missing.
struct PartialToolchainName {
    Channel channel;
    std::optional<std::string> date;
    PartialTarget target;

    /// Empty: the text is not an official name. It may still be a custom one, as `stable-bogus` is.
    static std::optional<PartialToolchainName> parse(std::string_view text);

    [[nodiscard]] bool has_target() const { return !target.empty(); }

    /// Shape: normalised, `stable-i686`.
    [[nodiscard]] std::string str() const;

    /// Throws: as resolve_target.
    [[nodiscard]] ToolchainName resolve(std::string_view host) const;

    bool operator==(const PartialToolchainName&) const = default;
};

/// The name of a linked toolchain: any text that is not an official name, `none`, a path, `.` or
/// `..`.
class CustomName {
public:
    static std::optional<CustomName> parse(std::string_view text);

    [[nodiscard]] const std::string& str() const { return text_; }
    auto operator<=>(const CustomName&) const = default;

private:
    explicit CustomName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// A toolchain named by its directory. Nobody has checked here that the directory has a `bin`.
///
/// Shape: absolute.
struct PathName {
    std::string path;
    bool operator==(const PathName&) const = default;
};

/// The `none` of `rustup default none`.
struct NoName {
    bool operator==(const NoName&) const = default;
};

/// The name of a directory under `toolchains/`. `<` is the order of listing: official names first.
using AnyName = std::variant<ToolchainName, CustomName>;
std::string str(const AnyName& name);

using ResolvableName = std::variant<PartialToolchainName, CustomName>;
using ResolvableNameOrNone = std::variant<NoName, PartialToolchainName, CustomName>;
using LocalName = std::variant<PartialToolchainName, CustomName, PathName>;
using OfficialNameOrNone = std::variant<NoName, PartialToolchainName>;
std::string str(const ResolvableName& name);
std::string str(const LocalName& name);

/// Throws: as resolve_target.
AnyName resolve(const ResolvableName& name, std::string_view host);

/// Reads the name of a directory under `toolchains/`. A link is custom under every name that
/// CustomName accepts. Empty: no toolchain can have this name, and `toolchain list` skips it.
std::optional<AnyName> parse_installed_name(std::string_view directory);

// One function for each class of arguments. Each throws Errc::usage in rustup's words, without what
// the argument parser puts around them.

/// `install`, `update`, `--toolchain` of `component`: official names only.
PartialToolchainName parse_official_name(std::string_view text);

/// `toolchain link`. `stable-mine` is one, too: there is no target `mine`.
CustomName parse_custom_name(std::string_view text);

/// `uninstall`, `override set`, `which --toolchain`, the settings file.
ResolvableName parse_resolvable_name(std::string_view text);

/// `default`.
ResolvableNameOrNone parse_resolvable_name_or_none(std::string_view text);

/// `run`, `RUSTUP_TOOLCHAIN`, a proxy's `+X`. The `bin` of a path is the caller's to look for.
LocalName parse_local_name(std::string_view text);

/// `rustup-init --default-toolchain`.
OfficialNameOrNone parse_official_name_or_none(std::string_view text);

/// `invalid toolchain name: 'TEXT'`.
Error invalid_name_error(std::string_view text);

/// `relative path toolchain 'TEXT'`.
Error relative_path_error(std::string_view text);

/// The text for a path toolchain without a `bin`.
std::string no_bin_text(std::string_view path);

}  // namespace latchkey::dist
