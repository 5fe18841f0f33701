#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::store {

/// Many paths in little memory: the documentation alone has 52,000, which take 4 MB here and twice
/// that in a set of strings.
class PathSet {
public:
    /// Behind the last of some, sort() is wanted.
    void add(std::string_view path);

    /// Makes what was added known to the others.
    void sort();

    [[nodiscard]] bool contains(std::string_view path) const;
    [[nodiscard]] std::size_t size() const noexcept { return paths_.size(); }

    /// In the order of their bytes.
    [[nodiscard]] std::string_view operator[](std::size_t at) const { return text_of(paths_[at]); }

private:
    struct Path {
        std::uint64_t begin;
        std::uint32_t size;
    };

    [[nodiscard]] std::string_view text_of(const Path& path) const {
        return std::string_view(bytes_).substr(path.begin, path.size);
    }

    std::string bytes_;
    std::vector<Path> paths_;
};

}  // namespace latchkey::store
