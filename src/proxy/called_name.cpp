#include "latchkey/proxy/called_name.hpp"

namespace latchkey::proxy {
namespace {

/// "/x/cargo.exe" → "cargo".
std::string base_name(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace

std::string called_name(const platform::Environment& environment,
                        const std::vector<std::string>& words) {
    if (const auto forced = environment.find("RUSTUP_FORCE_ARG0")) return base_name(*forced);
    return words.empty() ? std::string() : base_name(words.front());
}

}  // namespace latchkey::proxy
