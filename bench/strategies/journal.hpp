#pragma once

#include <string>

namespace latchkey::strategies {

enum class Role { reader, writer };

/// What processes tell the driver: one JSON line each time, appended by one write(2) to a file that
/// all share. So it is there however its process ends.
///
/// Thread: one at a time.
class Journal {
public:
    /// Shape: `operation` is the driver's name for what it started, in whatever process it goes on.
    Journal(std::string path, std::string operation)
        : path_(std::move(path)), operation_(std::move(operation)) {}

    /// Shape: `members` is JSON without braces, may be empty.
    void write(const std::string& event, const std::string& members) const;

private:
    std::string path_;
    std::string operation_;
};

/// From its construction to its end the process waits for others. A wait that was killed has no
/// end.
class Wait {
public:
    Wait(const Journal& journal, Role role);
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait();

private:
    const Journal& journal_;
    Role role_;
};

}  // namespace latchkey::strategies
