#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::config {

/// A `rust-toolchain` or `rust-toolchain.toml` that was found, not yet understood.
struct FoundToolchainFile {
    std::string path;  ///< The directory as given, joined with the file's name.
    std::string text;
    bool may_be_legacy = false;          ///< `rust-toolchain`: one line is a toolchain's name.
    std::optional<std::string> ignored;  ///< A `rust-toolchain.toml` that lies beside it.

    /// `both A and B exist; using contents of A`; empty where nothing is ignored.
    [[nodiscard]] std::optional<std::string> warning() const;
};

/// Two system calls where there is none. What is no regular file, or cannot be read, is passed
/// over. So is what is no UTF-8, and `warn` is told of it. A byte order mark is taken off.
std::optional<FoundToolchainFile> find_toolchain_file(
    const std::string& directory, const std::function<void(const std::string&)>& warn = {});

/// What a toolchain file says. Names are not checked here; that needs the installed toolchains.
struct ToolchainFile {
    std::string path;  ///< Of the file.
    std::optional<std::string> channel;
    std::optional<std::string> toolchain_path;
    std::optional<std::vector<std::string>> components;
    std::optional<std::vector<std::string>> targets;
    std::optional<std::string> profile;

    bool operator==(const ToolchainFile&) const = default;
};

/// Throws: Errc::usage, `could not parse override file: 'FILE': …`.
ToolchainFile parse_toolchain_file(const FoundToolchainFile& found);

}  // namespace latchkey::config
