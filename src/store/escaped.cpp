#include "escaped.hpp"

#include "latchkey/base/text.hpp"

namespace latchkey::store {

std::string escaped_line(std::string_view text) {
    return replace_all(replace_all(replace_all(text, "%", "%25"), "\n", "%0A"), "\r", "%0D");
}

std::string unescaped_line(std::string_view text) {
    return replace_all(replace_all(replace_all(text, "%0D", "\r"), "%0A", "\n"), "%25", "%");
}

}  // namespace latchkey::store
