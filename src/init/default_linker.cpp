#include "latchkey/init/default_linker.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::init {
namespace {

constexpr std::string_view kUsual = "cc";

/// `CC_x86_64_unknown_linux_gnu`: of the letters that shells allow.
std::string underscored(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '-' || c == '.'; }, '_');
    return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\n\v\f\r";
    std::vector<std::string_view> words;
    for (auto begin = text.find_first_not_of(kBlanks); begin != std::string_view::npos;
         begin = text.find_first_not_of(kBlanks)) {
        text.remove_prefix(begin);
        words.push_back(text.substr(0, text.find_first_of(kBlanks)));
        text.remove_prefix(words.back().size());
    }
    return words;
}

/// What cannot be looked at is not there.
std::optional<platform::FileStatus> find_visible(const std::string& path) {
    try {
        return platform::find_target_status(path);
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool is_visible_file(const std::string& path) {
    const auto status = find_visible(path);
    return status && status->kind == platform::FileKind::regular;
}

/// "ccache" of "/usr/bin/ccache.exe".
std::string_view file_stem(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    const std::size_t dot = path.rfind('.');
    return dot == 0 ? path : path.substr(0, dot);
}

/// A program that calls the compiler named behind it.
bool is_wrapper(const platform::Environment& environment, std::string_view program) {
    constexpr std::array<std::string_view, 7> kWrappers{
        "ccache", "distcc", "sccache", "icecc", "cachepot", "buildcache", "kache"};
    const std::string_view stem = file_stem(program);
    return std::ranges::find(kWrappers, stem) != kWrappers.end() ||
           environment.find("CC_KNOWN_WRAPPER_CUSTOM") == stem;
}

/// Of a value like "ccache gcc -m32".
std::string compiler_of(const platform::Environment& environment, std::string_view value) {
    if (find_visible(std::string(value))) return std::string(value);
    const auto words = words_of(value);
    const bool wrapped = words.size() > 1 && is_wrapper(environment, words.front());
    return std::string(words[wrapped ? 1 : 0]);
}

/// Only the first that is set counts, even where it says nothing.
std::optional<std::string> find_configured(const platform::Environment& environment,
                                           const std::string& host) {
    for (const std::string& name :
         {"CC_" + host, "CC_" + underscored(host), std::string("HOST_CC"), std::string("CC")}) {
        if (!environment.contains(name)) continue;
        const std::string value = environment.find(name).value_or("");
        if (trim(value).empty()) return std::nullopt;
        return compiler_of(environment, trim(value));
    }
    return std::nullopt;
}

}  // namespace

std::string default_linker(const platform::Environment& environment,
                           const std::optional<std::string>& host) {
    if (!host || !dist::is_known_platform(*host)) return std::string(kUsual);
    if (auto configured = find_configured(environment, *host)) return *std::move(configured);
    const std::string flags = environment.find("CARGO_ENCODED_RUSTFLAGS").value_or("");
    const bool across_languages = flags.find("linker-plugin-lto") != std::string::npos;
    if (across_languages && is_in_path(environment, "clang")) return "clang";
    return std::string(kUsual);
}

bool is_in_path(const platform::Environment& environment, const std::string& name) {
    if (name.starts_with('/')) return is_visible_file(name);
    return std::ranges::any_of(environment.paths_of(name), is_visible_file);
}

}  // namespace latchkey::init
