#pragma once

#include <sys/stat.h>

namespace latchkey::test {

/// A umask for a scope. Files are made by every thread of the process, so it holds for all of them.
class Umask {
public:
    explicit Umask(mode_t mask) : before_(::umask(mask)) {}
    ~Umask() { ::umask(before_); }
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;

private:
    mode_t before_;
};

}  // namespace latchkey::test
