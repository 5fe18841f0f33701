#include "latchkey/config/override_key.hpp"

#include "latchkey/platform/system.hpp"

namespace latchkey::config {

std::string override_key(const std::string& directory) {
    return platform::find_canonical(directory).value_or(directory);
}

}  // namespace latchkey::config
