// settings.toml: rustup's, ours, and what a hand made of it. What is accepted survives being
// written.

#include "latchkey/config/settings.hpp"

#include "target.hpp"

using namespace latchkey;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    fuzz::parsed([&] { return config::parse_fallback_settings(text); });
    const auto settings = fuzz::parsed([&] { return config::parse_settings(text); });
    if (!settings) return 0;
    const std::string written = config::serialise(*settings);
    const auto again = fuzz::reparsed([&] { return config::parse_settings(written); });
    fuzz::require(again == *settings, "the written settings are others");
    fuzz::require(config::serialise(again) == written, "the settings are written in two ways");
    return 0;
}
