#include "latchkey/platform/environment.hpp"

#include <unistd.h>

#include <string_view>

#include "latchkey/base/text.hpp"

namespace latchkey::platform {

std::optional<std::string> Environment::find(const std::string& name) const {
    const auto found = variables_.find(name);
    if (found == variables_.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

bool Environment::contains(const std::string& name) const {
    return variables_.contains(name);
}

void Environment::set(const std::string& name, std::string value) {
    variables_[name] = std::move(value);
}

void Environment::unset(const std::string& name) {
    variables_.erase(name);
}

std::vector<std::string> Environment::paths_of(std::string_view program) const {
    std::vector<std::string> paths;
    const std::string folders = find("PATH").value_or("");
    for (const std::string_view folder : split(folders, ':')) {
        std::string path(folder);
        if (!folder.empty()) path += '/';
        paths.push_back(path += program);
    }
    return paths;
}

std::vector<std::string> Environment::entries() const {
    std::vector<std::string> entries;
    entries.reserve(variables_.size());
    for (const auto& [name, value] : variables_) entries.push_back(name + "=" + value);
    return entries;
}

Environment load_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        // The first of two entries of one name is the one that getenv(3) finds.
        variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return Environment(std::move(variables));
}

}  // namespace latchkey::platform
