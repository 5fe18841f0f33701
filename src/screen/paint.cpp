#include "latchkey/screen/paint.hpp"

namespace latchkey::screen {
namespace {

std::string_view escapes(Paint paint) {
    switch (paint) {
        case Paint::good:
            return "\033[1m\033[92m";
        case Paint::note:
            return "\033[1m\033[94m";
        case Paint::caution:
            return "\033[1m\033[33m";
        case Paint::bad:
            return "\033[1m\033[91m";
        case Paint::awaited:
            return "\033[1m\033[96m";
        case Paint::bold:
            break;
    }
    return "\033[1m";
}

}  // namespace

std::string painted(Paint paint, std::string_view text, bool color) {
    if (!color) return std::string(text);
    std::string result(escapes(paint));
    result += text;
    result += "\033[0m";
    return result;
}

}  // namespace latchkey::screen
