#include "built_in_certificates.hpp"

#include <cstddef>

#include "latchkey/base/embedded.hpp"

// LATCHKEY_CERTIFICATES is the file's name; CMakeLists.txt makes it.
LATCHKEY_EMBED(latchkey_certificates, LATCHKEY_CERTIFICATES);

namespace latchkey::net {

std::string_view built_in_certificates() noexcept {
    return {latchkey_certificates_begin,
            static_cast<std::size_t>(latchkey_certificates_end - latchkey_certificates_begin)};
}

}  // namespace latchkey::net
