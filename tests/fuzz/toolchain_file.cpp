// `rust-toolchain` and `rust-toolchain.toml`, which come with every repository that is checked out.

#include "latchkey/config/toolchain_file.hpp"

#include "latchkey/base/text.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;
using config::ToolchainFile;

std::optional<ToolchainFile> parse(std::string_view text, bool may_be_legacy) {
    config::FoundToolchainFile found;
    found.path = "/f";
    found.text = text;
    found.may_be_legacy = may_be_legacy;
    const auto file = fuzz::parsed([&] { return config::parse_toolchain_file(found); });
    if (!file) return file;
    fuzz::require(file->path == "/f", "it is of another path");
    fuzz::require(file->channel || file->toolchain_path || file->components || file->targets,
                  "it says nothing");
    return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto plain = parse(text, true);
    const auto toml = parse(text, false);
    if (lines(text).size() != 1) {
        fuzz::require(plain == toml, "the name of a file decides more than one line's meaning");
    } else if (plain) {
        fuzz::require(plain->channel.has_value() != plain->toolchain_path.has_value(),
                      "one line is a name or a path");
        fuzz::require(!plain->components && !plain->targets && !plain->profile,
                      "one line says more than a name");
    }
    return 0;
}
