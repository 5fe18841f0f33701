// Runs a target over files and over all files of folders, without a fuzzer. What is found ends the
// process, so that the input's name is the last that was said.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "target.hpp"

namespace {

namespace fs = std::filesystem;

/// By absolute paths: a target may change the working directory.
void append_files(const fs::path& place, std::vector<fs::path>& files) {
    if (!fs::exists(place)) return;  // A target of which nothing was ever kept.
    if (!fs::is_directory(place)) {
        files.push_back(fs::absolute(place));
        return;
    }
    for (const auto& entry : fs::directory_iterator(fs::absolute(place))) {
        files.push_back(entry.path());
    }
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<fs::path> files;
    for (int i = 1; i < count; ++i) append_files(arguments[i], files);
    std::ranges::sort(files);
    for (const fs::path& path : files) {
        std::fprintf(stderr, "%s\n", path.c_str());
        std::ifstream file(path, std::ios::binary);
        // Just as large as the input, so that AddressSanitizer sees who reads behind its end.
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 1 : 0;
}
