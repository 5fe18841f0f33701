#pragma once

#include <string>
#include <vector>

namespace latchkey::doctor {

/// A line of `doctor`'s report.
struct Finding {
    enum class Grade {
        ok,       ///< As it should be.
        warning,  ///< Works, but may surprise the user.
        error,    ///< Does not work, or not as the user thinks.
    };
    Grade grade;
    std::string text;

    bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

inline Finding ok(std::string text) {
    return {Finding::Grade::ok, std::move(text)};
}
inline Finding warning(std::string text) {
    return {Finding::Grade::warning, std::move(text)};
}
inline Finding error(std::string text) {
    return {Finding::Grade::error, std::move(text)};
}

}  // namespace latchkey::doctor
