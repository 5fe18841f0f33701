#include "path_set.hpp"

#include <algorithm>

namespace latchkey::store {

void PathSet::add(std::string_view path) {
    paths_.push_back({bytes_.size(), static_cast<std::uint32_t>(path.size())});
    bytes_ += path;
}

void PathSet::sort() {
    const auto text = [this](const Path& path) { return text_of(path); };
    if (!std::ranges::is_sorted(paths_, {}, text)) std::ranges::sort(paths_, {}, text);
    const auto again = std::ranges::unique(paths_, {}, text);
    paths_.erase(again.begin(), again.end());
}

bool PathSet::contains(std::string_view path) const {
    return std::ranges::binary_search(paths_, path, {},
                                      [this](const Path& each) { return text_of(each); });
}

}  // namespace latchkey::store
