#include "latchkey/base/shown_url.hpp"

namespace latchkey {

std::string without_credentials(std::string_view url) {
    const std::size_t colon = url.find("://");
    const std::size_t begin = colon == std::string_view::npos ? 0 : colon + 3;
    const std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
    const std::size_t at = authority.rfind('@');
    std::string text(url.substr(0, begin));
    text += url.substr(at == std::string_view::npos ? begin : begin + at + 1);
    return text;
}

}  // namespace latchkey
