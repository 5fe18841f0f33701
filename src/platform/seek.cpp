#include "latchkey/platform/seek.hpp"

#include <unistd.h>

#include <cerrno>

namespace latchkey::platform {

void seek_to(const Fd& file, std::uint64_t offset, const std::string& shown) {
    if (::lseek(file.number(), static_cast<off_t>(offset), SEEK_SET) < 0) {
        throw os_error(errno, "seek in '" + shown + "'");
    }
}

}  // namespace latchkey::platform
