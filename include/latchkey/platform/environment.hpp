#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::platform {

/// A process's environment as a value. Only load_environment() reads the real one. Everything else
/// takes this, so tests pass in their own.
class Environment {
public:
    Environment() = default;
    explicit Environment(std::map<std::string, std::string> variables)
        : variables_(std::move(variables)) {}

    /// The value of a variable. A variable that is set to nothing counts as not set, as in rustup.
    [[nodiscard]] std::optional<std::string> find(const std::string& name) const;

    /// Whether a variable is set, even to nothing.
    [[nodiscard]] bool contains(const std::string& name) const;

    void set(const std::string& name, std::string value);
    void unset(const std::string& name);

    /// The paths at which a program may be: one for each folder of PATH, in PATH's order. An empty
    /// folder means the working directory, as in execvp(3).
    [[nodiscard]] std::vector<std::string> paths_of(std::string_view program) const;

    /// Shape: "NAME=value", as execve(2) wants it.
    [[nodiscard]] std::vector<std::string> entries() const;

private:
    std::map<std::string, std::string> variables_;
};

/// This process's environment.
Environment load_environment();

}  // namespace latchkey::platform
