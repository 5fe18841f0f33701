#include "latchkey/setup/proxy_program.hpp"

#include <cstddef>

#include "latchkey/base/embedded.hpp"

// LATCHKEY_PROXY_IMAGE is the file's name; CMakeLists.txt makes it.
LATCHKEY_EMBED(latchkey_proxy, LATCHKEY_PROXY_IMAGE);

namespace latchkey::setup {

std::string_view proxy_program() {
    return {latchkey_proxy_begin,
            static_cast<std::size_t>(latchkey_proxy_end - latchkey_proxy_begin)};
}

}  // namespace latchkey::setup
