#include <cstddef>

#include "latchkey/base/embedded.hpp"
#include "latchkey/setup/signature.hpp"

// LATCHKEY_RELEASE_KEY_FILE is the file's name, an empty file where there is no key; CMakeLists.txt
// says it. In a file of its own, so that a test's program can be linked with another key.
LATCHKEY_EMBED(latchkey_release_key, LATCHKEY_RELEASE_KEY_FILE);

namespace latchkey::setup {

std::string_view release_key() {
    return {latchkey_release_key_begin,
            static_cast<std::size_t>(latchkey_release_key_end - latchkey_release_key_begin)};
}

}  // namespace latchkey::setup
