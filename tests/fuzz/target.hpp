#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/error.hpp"

/// What libFuzzer calls with each input, and replay.cpp with each file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace latchkey::fuzz {

/// Ends the process: a property does not hold for this input.
[[noreturn]] inline void finding(const std::string& what) {
    std::fprintf(stderr, "finding: %s\n", what.c_str());
    std::abort();
}

inline void require(bool holds, const char* what) {
    if (!holds) finding(what);
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// A new folder of the target's own.
inline std::string make_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "latchkey-fuzz-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    return pattern;
}

/// The value, or empty where the input was refused. Any exception but an Error is a finding,
/// because nobody catches it; so is an Error that says what cannot happen, and one that says
/// nothing.
template <typename Parse>
auto parsed(Parse parse) -> std::optional<decltype(parse())> {
    try {
        return parse();
    } catch (const Error& error) {
        if (error.code() == Errc::bug) finding(std::string("Errc::bug: ") + error.what());
        if (std::string_view(error.what()).empty()) finding("an error without a text");
        return std::nullopt;
    }
}

/// What must be accepted, because we wrote it.
template <typename Parse>
auto reparsed(Parse parse) -> decltype(parse()) {
    try {
        return parse();
    } catch (const Error& error) {
        finding(std::string("what was written is refused: ") + error.what());
    }
}

}  // namespace latchkey::fuzz
