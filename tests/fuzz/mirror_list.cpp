// config.toml, and a netrc file: what is accepted keeps the promises of the header.

#include "latchkey/config/mirror_list.hpp"

#include "latchkey/config/netrc.hpp"
#include "target.hpp"

using namespace latchkey;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto credentials = config::find_netrc_credentials(text, "a.example");
    fuzz::require(!credentials || credentials->find(':') != std::string::npos,
                  "credentials without a colon");
    const auto list = fuzz::parsed([&] { return config::parse_mirror_list(text, "config.toml"); });
    if (!list) return 0;
    for (const config::Mirror& mirror : list->mirrors) {
        const bool known = mirror.url.starts_with("http://") ||
                           mirror.url.starts_with("https://") || mirror.url.starts_with("file:///");
        fuzz::require(known, "a mirror of another scheme");
        fuzz::require(!(mirror.netrc && mirror.auth_variable), "two sources of credentials");
    }
    for (const std::string& warning : list->warnings) {
        fuzz::require(warning.find('\n') == std::string::npos, "a warning of two lines");
    }
    const std::size_t count = list->mirrors.size();
    const config::MirrorList both = config::merge(*list, *list);
    fuzz::require(both.mirrors.size() <= count, "a mirror is there twice");
    return 0;
}
