#include "latchkey/dist/component_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::dist {
namespace {

constexpr std::size_t kMaxEdits = 3;

bool contains(std::span<const Component> list, const Component& component) {
    return std::ranges::find(list, component) != list.end();
}

bool names_target_of(std::span<const Component> list, const Component& component) {
    return std::ranges::any_of(list,
                               [&](const Component& c) { return c.target == component.target; });
}

std::string did_you_mean(const std::optional<std::string>& suggestion) {
    return suggestion ? fmt::format("; did you mean '{}'?", *suggestion) : "";
}

std::string unknown_component_text(const ToolchainName& toolchain, const Manifest& manifest,
                                   const UnknownComponent& unknown) {
    const auto description = manifest.description(unknown.component);
    std::string text =
        fmt::format("toolchain '{}' does not contain component {}", toolchain.str(), description);
    if (unknown.suggestion) text += fmt::format("\nhelp: did you mean '{}'?", *unknown.suggestion);
    if (description.find("rust-std") != std::string::npos) {
        text +=
            "\nnote: not all platforms have the standard library pre-compiled: "
            "https://doc.rust-lang.org/nightly/rustc/platform-support.html";
        if (toolchain.channel().kind() == Channel::Kind::nightly) {
            text += "\nhelp: consider using `cargo build -Z build-std` instead";
        }
    }
    return text;
}

std::string unknown_components_text(const ToolchainName& toolchain, const Manifest& manifest,
                                    std::span<const UnknownComponent> unknown) {
    std::string text =
        fmt::format("toolchain '{}' does not contain these components:\n", toolchain.str());
    for (const UnknownComponent& each : unknown) {
        text += fmt::format("  - '{}'\n", manifest.short_name(each.component));
        if (!each.suggestion) continue;
        text += fmt::format("    help: did you mean '{}'?\n", *each.suggestion);
    }
    return text;
}

Error unknown_target(const ToolchainName& toolchain, const std::string& target,
                     const std::optional<std::string>& suggestion) {
    if (is_known_platform(target)) {
        return {Errc::not_found,
                fmt::format("toolchain '{}' has no prebuilt artifacts available for target '{}'\n"
                            "note: this may happen to a low-tier target as per "
                            "https://doc.rust-lang.org/nightly/rustc/platform-support.html\n"
                            "note: you can find instructions on that page to build the target "
                            "support from source",
                            toolchain.str(), target)};
    }
    return {Errc::not_found,
            fmt::format("toolchain '{}' does not support target '{}'{}\n"
                        "note: you can see a list of supported targets with `rustc "
                        "--print=target-list`\n"
                        "note: if you are adding support for a new target to rustc itself, see "
                        "https://rustc-dev-guide.rust-lang.org/building/new-target.html",
                        toolchain.str(), target, did_you_mean(suggestion))};
}

/// An installed manifest without its own toolchain is a broken file, not a wrong request.
std::span<const Component> channel_components(const ToolchainName& toolchain,
                                              const Manifest& manifest) {
    try {
        return manifest.components_for(toolchain.target());
    } catch (const Error& e) {
        throw Error(Errc::corrupt, e.what());
    }
}

std::string join_descriptions(const Manifest& manifest, std::span<const Component> components) {
    std::vector<std::string> texts;
    for (const auto& c : components) texts.push_back(manifest.description(c));
    return join(texts, ", ");
}

bool have_one_target(std::span<const Component> components) {
    return std::ranges::all_of(components, [&](const Component& c) {
        return !c.target || c.target == components.front().target;
    });
}

std::string unavailable_line(std::string_view list, bool several, std::string_view toolchain) {
    if (several) {
        return fmt::format("some components are unavailable for download for channel '{}': {}\n",
                           toolchain, list);
    }
    return fmt::format("component {} is unavailable for download for channel '{}'\n", list,
                       toolchain);
}

constexpr std::string_view kNightlyNote =
    "note: sometimes not all components are available in any given nightly";

std::string nightly_advice(std::string_view toolchain) {
    return fmt::format(
        "{}\n"
        "help: if you don't need these components, you could try a minimal installation with:\n"
        "help:     rustup toolchain add {} --profile minimal\n"
        "help: if you require these components, please install and use the latest successfully "
        "built version,\n"
        "help: which you can find at <https://rust-lang.github.io/rustup-components-history>\n"
        "help: after determining the correct date, install it with a command such as:\n"
        "help:     rustup toolchain install nightly-2018-12-27\n"
        "help: then you can use the toolchain with commands such as:\n"
        "help:     cargo +nightly-2018-12-27 build",
        kNightlyNote, toolchain);
}

std::string removal_advice(std::string_view toolchain) {
    return fmt::format(
        "One or many components listed above might have been permanently removed from newer "
        "versions\n"
        "of the official Rust distribution due to deprecation.\n"
        "\n"
        "You can find the list of removed components at\n"
        "<https://rust-lang.github.io/rustup/devel/concepts/"
        "components.html#previous-components>.\n"
        "\n"
        "If you are updating an existing toolchain, after determining the deprecated component(s)\n"
        "and/or target(s) in question, please remove them with:\n"
        "\n"
        "    rustup component remove --toolchain {0} <COMPONENT>...\n"
        "    rustup target remove --toolchain {0} <TARGET>...\n"
        "\n"
        "After that, you should be able to continue with the update as usual.",
        toolchain);
}

/// Code points, as far as the text is UTF-8; a stray byte stands for itself.
std::u32string code_points(std::string_view text) {
    std::u32string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) == 0x80U && !out.empty()) {
            out.back() = (out.back() << 6U) | byte;
        } else {
            out.push_back(byte);
        }
    }
    return out;
}

}  // namespace

Component component_to_add(const ToolchainName& toolchain, const Manifest& manifest,
                           const Component& asked) {
    const auto channel = channel_components(toolchain, manifest);
    const Component component = manifest.renamed(asked).value_or(asked);
    if (contains(channel, component)) return component;
    if (contains(channel, component.without_target())) return component.without_target();
    const auto suggestion = suggest(manifest, component, channel);
    if (component.target && !names_target_of(channel, component)) {
        throw unknown_target(toolchain, *component.target, suggestion);
    }
    const UnknownComponent unknown{component, suggestion};
    throw unknown_components_error(toolchain, manifest, std::span(&unknown, 1));
}

std::variant<Component, UnknownComponent> component_to_remove(const ToolchainName& toolchain,
                                                              const Manifest& manifest,
                                                              std::span<const Component> installed,
                                                              const Component& asked) {
    const Component component = manifest.renamed(asked).value_or(asked);
    if (contains(installed, component)) return component;
    if (contains(installed, component.without_target())) return component.without_target();
    std::vector<Component> candidates;
    std::ranges::copy_if(channel_components(toolchain, manifest), std::back_inserter(candidates),
                         [&](const Component& c) { return contains(installed, c); });
    const auto suggestion = suggest(manifest, component, candidates);
    if (component.target && !names_target_of(installed, component)) {
        throw Error(Errc::not_found,
                    fmt::format("toolchain '{}' does not have target '{}' installed{}\n",
                                toolchain.str(), *component.target, did_you_mean(suggestion)));
    }
    return UnknownComponent{component, suggestion};
}

Error unknown_components_error(const ToolchainName& toolchain, const Manifest& manifest,
                               std::span<const UnknownComponent> unknown) {
    return {Errc::not_found, unknown.size() == 1
                                 ? unknown_component_text(toolchain, manifest, unknown.front())
                                 : unknown_components_text(toolchain, manifest, unknown)};
}

Error no_components_error(std::string_view toolchain) {
    return {Errc::unsupported,
            fmt::format("toolchain '{}' does not support components", toolchain)};
}

Error combined_error(std::string_view toolchain) {
    return {Errc::unsupported,
            fmt::format("toolchain '{}' does not support components (v1 manifest)", toolchain)};
}

Error missing_manifest_error(std::string_view toolchain) {
    return {Errc::corrupt,
            fmt::format("missing manifest in toolchain '{}'\n"
                        "help: this may happen if the toolchain installation was interrupted\n"
                        "help: try reinstalling or updating the toolchain",
                        toolchain)};
}

std::optional<std::string> suggest(const Manifest& manifest, const Component& asked,
                                   std::span<const Component> candidates) {
    std::vector<Component> sorted(candidates.begin(), candidates.end());
    std::ranges::stable_sort(sorted);
    const auto asked_name = manifest.display_name(asked);
    std::size_t by_display = kMaxEdits + 1;
    std::size_t by_internal = kMaxEdits + 1;
    const Component* display = nullptr;
    const Component* internal = nullptr;
    for (const auto& candidate : sorted) {
        const auto shown = edit_distance(manifest.display_name(candidate), asked_name);
        if (shown < by_display) {
            by_display = shown;
            display = &candidate;
        }
        const auto full = edit_distance(candidate.full_name(), asked_name);
        if (full < by_internal) {
            by_internal = full;
            internal = &candidate;
        }
    }
    if (by_internal < by_display) {
        return internal->pkg == asked.pkg ? internal->target_text() : internal->pkg;
    }
    if (!display) return std::nullopt;
    const auto name = manifest.short_name(*display);
    return name == manifest.short_name(asked) ? display->target_text() : name;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
    const auto a = code_points(left);
    const auto b = code_points(right);
    // Lowrance and Wagner, "An Extension of the String-to-String Correction Problem" (1975): the
    // table has one border more than usual, so that an exchange may reach over what was put
    // between.
    const std::size_t width = b.size() + 2;
    const std::size_t far = a.size() + b.size();
    std::vector<std::size_t> table((a.size() + 2) * width, far);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return table[i * width + j];
    };
    for (std::size_t i = 0; i <= a.size(); ++i) at(i + 1, 1) = i;
    for (std::size_t j = 0; j <= b.size(); ++j) at(1, j + 1) = j;
    std::map<char32_t, std::size_t> last_row;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t last_match = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t row = last_row.contains(b[j - 1]) ? last_row[b[j - 1]] : 0;
            const std::size_t column = last_match;
            const bool equal = a[i - 1] == b[j - 1];
            if (equal) last_match = j;
            at(i + 1, j + 1) =
                std::min({at(i, j) + (equal ? 0U : 1U), at(i + 1, j) + 1, at(i, j + 1) + 1,
                          at(row, column) + (i - row - 1) + 1 + (j - column - 1)});
        }
        last_row[a[i - 1]] = i;
    }
    return at(a.size() + 1, b.size() + 1);
}

std::string unavailable_text(const Manifest& manifest, std::span<const Component> components,
                             std::string_view toolchain) {
    const bool several = components.size() > 1;
    std::string list;
    if (several && have_one_target(components)) {
        std::vector<std::string> names;
        for (const auto& c : components) {
            names.push_back(fmt::format("'{}'", manifest.short_name(c)));
        }
        list = join(names, ", ");
    } else {
        list = join_descriptions(manifest, components);
    }
    std::string text = unavailable_line(list, several, toolchain);
    if (toolchain.starts_with("nightly")) text += kNightlyNote;
    return text;
}

std::string unavailable_text_with_advice(const Manifest& manifest,
                                         std::span<const Component> components,
                                         std::string_view toolchain) {
    std::string text =
        unavailable_line(join_descriptions(manifest, components), components.size() > 1, toolchain);
    if (toolchain.starts_with("nightly")) text += nightly_advice(toolchain);
    if (toolchain.starts_with("beta") || toolchain.starts_with("stable")) {
        text += removal_advice(toolchain);
    }
    return text;
}

}  // namespace latchkey::dist
