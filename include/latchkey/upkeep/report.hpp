#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::upkeep {

/// One thing about a toolchain that is not as it was installed.
struct Finding {
    enum class Kind {
        modified,
        missing,
        extra,         ///< No component and no note explains the file. It is not damage.
        unreadable,    ///< This user may not read the file.
        unverifiable,  ///< Nothing tells what the component's files should be.
    };
    Kind kind = Kind::modified;
    /// Full name. Empty: it belongs to the toolchain as a whole, or to nothing.
    std::string component;
    std::string path;    ///< In the toolchain's directory. Empty: the whole component.
    std::string reason;  ///< "has another size"; of what was not repaired also why.
    bool repaired = false;
    /// Other toolchains that have this very file, which is bad there too. Sorted.
    std::vector<std::string> also_in;

    /// Whether it is damage that is still there.
    [[nodiscard]] bool is_damage() const noexcept {
        return !repaired && (kind == Kind::modified || kind == Kind::missing);
    }
};

/// "modified", "missing", "extra", "unreadable", "unverifiable".
std::string_view str(Finding::Kind kind);

/// What was found in one toolchain.
struct Report {
    std::string toolchain;
    std::vector<Finding> findings;  ///< By component in their order, by path in each; extra last.
    std::uint64_t components = 0;   ///< That were compared.
    std::uint64_t files = 0;        ///< That were compared.

    [[nodiscard]] std::uint64_t count(Finding::Kind kind) const noexcept;
};

/// What a verification came to.
enum class Verdict {
    good,       ///< Everything is as it was installed, or has been repaired.
    damaged,    ///< Damage is left.
    unchecked,  ///< None was found, and something could not be checked.
};
Verdict verdict_of(std::span<const Report> reports);

/// "good", "damaged", "unchecked".
std::string_view str(Verdict verdict);

}  // namespace latchkey::upkeep
