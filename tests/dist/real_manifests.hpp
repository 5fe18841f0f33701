#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace latchkey::test {

/// What rustup itself wrote, where this machine has toolchains of its own: the toolchain's folder,
/// and the text of its manifest.
inline std::vector<std::pair<std::string, std::string>> real_manifests() {
    const char* home = std::getenv("HOME");
    const std::filesystem::path toolchains = std::string(home ? home : "") + "/.rustup/toolchains";
    std::vector<std::pair<std::string, std::string>> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(toolchains, ignored)) {
        std::ifstream file(entry.path() / "lib/rustlib/multirust-channel-manifest.toml");
        if (file)
            found.emplace_back(entry.path(), std::string(std::istreambuf_iterator<char>(file), {}));
    }
    return found;
}

}  // namespace latchkey::test
