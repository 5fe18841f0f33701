#include "latchkey/base/file_error.hpp"

#include <fmt/format.h>

namespace latchkey {

Error file_error(const Error& e, std::string_view action, std::string_view path) {
    return e.cause().in(fmt::format("could not {}: '{}'", action, path));
}

}  // namespace latchkey
