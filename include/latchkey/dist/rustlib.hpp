#pragma once

#include <string>
#include <string_view>

namespace latchkey::dist {

/// The folder of a toolchain in which rustup keeps its notes, and their names in it.
///
/// Source: rustup 1.29, src/dist/component/components.rs, src/dist/manifestation.rs.
inline constexpr std::string_view kRustlib = "lib/rustlib/";

/// Which components there are, a name a line.
inline constexpr std::string_view kComponentsNote = "components";

/// The same with their packages and targets; not in releases of before 2016.
inline constexpr std::string_view kConfigNote = "multirust-config.toml";

/// The channel's manifest that it was installed from.
inline constexpr std::string_view kManifestNote = "multirust-channel-manifest.toml";

/// The layout of these notes.
inline constexpr std::string_view kVersionNote = "rust-installer-version";

/// A component's note, which lists its files, has this and the component's full name.
inline constexpr std::string_view kPayloadNote = "manifest-";

/// A note's path in a toolchain's directory.
inline std::string note_path(std::string directory, std::string_view note) {
    return directory.append("/").append(kRustlib).append(note);
}

}  // namespace latchkey::dist
