#include "latchkey/openpgp/rust_key.hpp"

#include <cstddef>

#include "latchkey/base/embedded.hpp"

// CMakeLists.txt says the file's name.
LATCHKEY_EMBED(latchkey_rust_key, LATCHKEY_RUST_KEY_FILE);

namespace latchkey::openpgp {

std::string_view rust_key() {
    return {latchkey_rust_key_begin,
            static_cast<std::size_t>(latchkey_rust_key_end - latchkey_rust_key_begin)};
}

}  // namespace latchkey::openpgp
