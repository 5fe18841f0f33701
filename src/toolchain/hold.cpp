#include "hold.hpp"

#include <fmt/format.h>

namespace latchkey::toolchain {

bool is_held(const Snapshot& snapshot) {
    return snapshot.usable && snapshot.manifest() != nullptr && snapshot.current.state &&
           snapshot.current.state->held;
}

std::string held_text(const dist::ToolchainName& name, const KnownManifest& manifest) {
    const std::string version = manifest->parsed->rust_version().value_or(manifest->parsed->date);
    return fmt::format("{} is held at {} since a rollback; `rustup update --unhold {}` releases it",
                       name.str(), version, name.str());
}

}  // namespace latchkey::toolchain
