#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::platform {

/// A process's environment as a value. The only place that reads the real one is
/// `load_environment`; everything else takes this, so tests pass in their own.
class Environment {
public:
    Environment() = default;
    explicit Environment(std::map<std::string, std::string> variables)
        : variables_(std::move(variables)) {}

    /// A variable that is set to nothing counts as not set, as in rustup.
    [[nodiscard]] std::optional<std::string> find(const std::string& name) const;

    /// Set, even to nothing.
    [[nodiscard]] bool contains(const std::string& name) const;

    void set(const std::string& name, std::string value);
    void unset(const std::string& name);

    /// Where a program of this name may be: in each folder of PATH, in their order. An empty folder
    /// is the working directory, as execvp(3) has it.
    [[nodiscard]] std::vector<std::string> paths_of(std::string_view program) const;

    /// "NAME=value", as execve(2) wants it.
    [[nodiscard]] std::vector<std::string> entries() const;

private:
    std::map<std::string, std::string> variables_;
};

/// This process's environment.
Environment load_environment();

}  // namespace latchkey::platform
