#pragma once

#include <sys/stat.h>

#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

FileStatus to_status(const struct stat& status);

}  // namespace latchkey::platform
