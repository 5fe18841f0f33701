#include "latchkey/args/invocation.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::args {

std::string Invocation::command() const {
    return join(command_path, " ");
}

bool Invocation::flag(std::string_view key) const {
    return values_.find(key) != values_.end();
}

bool Invocation::json() const {
    return value("format").value_or("").starts_with("json");
}

std::optional<std::string> Invocation::value(std::string_view key) const {
    const auto found = values_.find(key);
    if (found == values_.end() || found->second.empty()) return std::nullopt;
    return found->second.front();
}

std::string Invocation::required(std::string_view key) const {
    const std::optional<std::string> found = value(key);
    if (!found) throw Error(Errc::bug, "no argument '" + std::string(key) + "'");
    return *found;
}

std::vector<std::string> Invocation::values(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

void Invocation::set(std::string key, std::vector<std::string> values) {
    values_.insert_or_assign(std::move(key), std::move(values));
}

}  // namespace latchkey::args
