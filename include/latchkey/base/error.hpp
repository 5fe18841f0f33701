#pragma once

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace latchkey {

/// Sorted by what can be done about a failure, not by who found it.
enum class Errc {
    usage,        ///< The command line or a file that the user wrote is wrong.
    not_found,    ///< What was named is not there: no such toolchain, component, URL (404).
    busy,         ///< Patience ran out while another process held a range.
    corrupt,      ///< Bytes are not what they must be: wrong hash, bad archive, broken manifest.
    unreachable,  ///< A server could not be reached, or went away.
    unsupported,  ///< Well-formed, and refused.
    no_room,      ///< The disk is full, or has no inodes left, or a quota is used up.
    io,           ///< The operating system refused: no permission, a bad sector.
    bug,          ///< Cannot happen.
};

/// The one exception type of the project: a code and a chain of messages, outermost first.
///
/// Copies share the text and never throw, so several tasks may hold one error. An error does not
/// change after it was thrown: in() makes a new one.
class Error : public std::exception {
public:
    Error(Errc code, std::string message);

    [[nodiscard]] Errc code() const noexcept;

    /// The whole chain joined by ": ", as rustup prints its errors on one line.
    [[nodiscard]] const char* what() const noexcept override;

    /// Shape: outermost first, never empty.
    [[nodiscard]] std::span<const std::string> chain() const noexcept;

    /// A new error with `context` in front of this one's chain.
    [[nodiscard]] Error in(std::string context) const;

    /// The innermost message alone, with this code: for a caller that says in its own words what
    /// the failure stopped.
    [[nodiscard]] Error cause() const;

private:
    struct Data;
    explicit Error(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

}  // namespace latchkey
