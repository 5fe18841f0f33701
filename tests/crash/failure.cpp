#include "failure.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace latchkey::crash {

void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

int end_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace latchkey::crash
