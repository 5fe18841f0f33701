#pragma once

#include <string>

#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

/// A file of /proc, whole; empty where it is not there or may not be read.
inline std::string find_proc_text(const std::string& path) {
    try {
        return find_file_text(path).value_or("");
    } catch (const Error&) {
        return {};
    }
}

}  // namespace latchkey::platform
