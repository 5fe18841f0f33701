#include "latchkey/config/override_key.hpp"

#include "latchkey/base/utf8.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::config {

std::string override_key(const std::string& directory) {
    return shown_as_utf8(platform::find_canonical(directory).value_or(directory));
}

}  // namespace latchkey::config
