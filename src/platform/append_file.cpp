#include "latchkey/platform/append_file.hpp"

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

void append_file(const std::string& path, std::string_view text) {
    write_all(open_file(path, O_WRONLY | O_APPEND | O_CREAT), as_bytes(text), path);
}

}  // namespace latchkey::platform
