#include "latchkey/dist/toolchain_name.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "version_shape.hpp"

namespace latchkey::dist {
namespace {

/// channel [ "-" date ] [ "-" target ]
struct Pieces {
    Channel channel;
    std::optional<std::string> date;
    std::optional<std::string_view> target;  ///< Not empty.
};

bool has_date_shape(std::string_view text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (i == 4 || i == 7 ? text[i] != '-' : !digit) return false;
    }
    return true;
}

/// What follows a channel: empty, or begins with "-". Empty if it is neither date nor target.
std::optional<Pieces> parse_rest(Channel channel, std::string_view rest) {
    Pieces pieces{channel, {}, {}};
    if (rest.empty()) return pieces;
    rest.remove_prefix(1);
    if (const auto day = rest.substr(0, 10); has_date_shape(day)) {
        const auto after = rest.substr(day.size());
        if (after.empty() || (after.size() > 1 && after[0] == '-')) {
            pieces.date = day;
            if (!after.empty()) pieces.target = after.substr(1);
            return pieces;
        }
    }
    if (rest.empty()) return std::nullopt;
    pieces.target = rest;
    return pieces;
}

/// The longest channel goes first: `1.95-beta-x` is a beta, `1.95-betax` a target of 1.95.
std::optional<Pieces> parse_pieces(std::string_view text) {
    if (text.find('\n') != std::string_view::npos) return std::nullopt;
    const auto first = text.find('-');
    const auto second = first == std::string_view::npos ? first : text.find('-', first + 1);
    for (const auto end : {second, first}) {
        const auto head = text.substr(0, end);
        const auto rest = end == std::string_view::npos ? "" : text.substr(end);
        if (const auto channel = Channel::parse(head)) {
            if (auto pieces = parse_rest(*channel, rest)) return pieces;
        }
        bool leading_zero = false;
        if (parse_version_shape(head, &leading_zero) && leading_zero) return std::nullopt;
    }
    return std::nullopt;
}

std::string join_name(const Channel& channel, const std::optional<std::string>& date,
                      std::string_view target) {
    std::string text = channel.str();
    if (date) text += "-" + *date;
    if (!target.empty()) text += fmt::format("-{}", target);
    return text;
}

/// The first step of every class of arguments that may be something else than official.
std::string_view validated(std::string_view text) {
    if (text.starts_with('+')) {
        throw Error(Errc::usage,
                    fmt::format("invalid toolchain name '{}'; valid toolchain names do "
                                "not start with '+'",
                                text));
    }
    const auto end = text.find_last_not_of('/');
    if (end == std::string_view::npos) {
        throw Error(Errc::usage, fmt::format("invalid toolchain name '{}'", text));
    }
    return text.substr(0, end + 1);
}

bool has_separator(std::string_view text) {
    return text.find_first_of("/\\") != std::string_view::npos;
}

bool has_slash_or_nul(std::string_view text) {
    return text.find('/') != std::string_view::npos || text.find('\0') != std::string_view::npos;
}

bool is_dots(std::string_view text) {
    return text == "." || text == "..";
}

[[noreturn]] void throw_invalid(std::string_view kind, std::string_view text) {
    throw Error(Errc::usage, fmt::format("invalid {} '{}'", kind, text));
}

std::optional<ResolvableName> find_resolvable(std::string_view text) {
    if (auto official = PartialToolchainName::parse(text)) return *std::move(official);
    if (auto custom = CustomName::parse(text)) return *std::move(custom);
    return std::nullopt;
}

}  // namespace

std::optional<ToolchainName> ToolchainName::parse(std::string_view text) {
    const auto pieces = parse_pieces(text);
    if (!pieces || !pieces->target) return std::nullopt;
    // It names a directory, so it is never a path, whatever the target's text is.
    if (has_slash_or_nul(text)) return std::nullopt;
    return ToolchainName(pieces->channel, pieces->date, std::string(*pieces->target));
}

std::string ToolchainName::str() const {
    return join_name(channel_, date_, target_);
}

std::string ToolchainName::manifest_name() const {
    return join_name(channel_, date_, {});
}

std::optional<PartialToolchainName> PartialToolchainName::parse(std::string_view text) {
    const auto pieces = parse_pieces(text);
    if (!pieces) return std::nullopt;
    const auto target = parse_partial_target(pieces->target.value_or(""));
    if (!target) return std::nullopt;
    return PartialToolchainName{pieces->channel, pieces->date, *target};
}

std::string PartialToolchainName::str() const {
    return join_name(channel, date, target.str());
}

ToolchainName PartialToolchainName::resolve(std::string_view host) const {
    return {channel, date, resolve_target(target, host)};
}

std::optional<CustomName> CustomName::parse(std::string_view text) {
    if (text.empty() || text == "none" || is_dots(text)) return std::nullopt;
    if (has_separator(text) || has_slash_or_nul(text)) return std::nullopt;
    if (PartialToolchainName::parse(text)) return std::nullopt;
    return CustomName(std::string(text));
}

std::string str(const AnyName& name) {
    return std::visit([](const auto& n) { return std::string(n.str()); }, name);
}

std::string str(const ResolvableName& name) {
    return std::visit([](const auto& n) { return std::string(n.str()); }, name);
}

std::string str(const LocalName& name) {
    if (const auto* path = std::get_if<PathName>(&name)) return path->path;
    if (const auto* custom = std::get_if<CustomName>(&name)) return custom->str();
    return std::get<PartialToolchainName>(name).str();
}

AnyName resolve(const ResolvableName& name, std::string_view host) {
    if (const auto* custom = std::get_if<CustomName>(&name)) return *custom;
    return std::get<PartialToolchainName>(name).resolve(host);
}

std::optional<AnyName> parse_installed_name(std::string_view directory) {
    if (auto official = ToolchainName::parse(directory)) return *std::move(official);
    if (auto custom = CustomName::parse(directory)) return *std::move(custom);
    return std::nullopt;
}

PartialToolchainName parse_official_name(std::string_view text) {
    if (auto name = PartialToolchainName::parse(text)) return *std::move(name);
    throw invalid_name_error(text);
}

CustomName parse_custom_name(std::string_view text) {
    const auto name = validated(text);
    if (auto custom = CustomName::parse(name)) return *std::move(custom);
    throw_invalid("custom toolchain name", name);
}

ResolvableName parse_resolvable_name(std::string_view text) {
    const auto name = validated(text);
    if (is_dots(name)) throw_invalid("custom toolchain name", name);
    if (auto found = find_resolvable(name)) return *std::move(found);
    throw_invalid("toolchain name", name);
}

ResolvableNameOrNone parse_resolvable_name_or_none(std::string_view text) {
    if (validated(text) == "none") return NoName{};
    return std::visit([](auto name) { return ResolvableNameOrNone(std::move(name)); },
                      parse_resolvable_name(text));
}

LocalName parse_local_name(std::string_view text) {
    const auto name = validated(text);
    if (is_dots(name)) throw_invalid("custom toolchain name", name);
    if (auto found = find_resolvable(name)) {
        return std::visit([](auto n) { return LocalName(std::move(n)); }, *std::move(found));
    }
    if (!has_separator(name)) throw_invalid("path toolchain", name);
    if (!name.starts_with('/')) throw relative_path_error(name);
    return PathName{std::string(name)};
}

OfficialNameOrNone parse_official_name_or_none(std::string_view text) {
    const auto name = validated(text);
    if (name == "none") return NoName{};
    if (auto official = PartialToolchainName::parse(name)) return *std::move(official);
    throw_invalid("official toolchain name", name);
}

Error invalid_name_error(std::string_view text) {
    return {Errc::usage, fmt::format("invalid toolchain name: '{}'", text)};
}

Error relative_path_error(std::string_view text) {
    return {Errc::usage, fmt::format("relative path toolchain '{}'", text)};
}

std::string no_bin_text(std::string_view path) {
    return fmt::format("invalid toolchain: the path '{}' has no bin/ directory", path);
}

}  // namespace latchkey::dist
