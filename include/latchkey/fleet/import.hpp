#pragma once

#include <string>
#include <vector>

#include "latchkey/fleet/imported.hpp"
#include "latchkey/fleet/means.hpp"
#include "latchkey/toolchain/engine_options.hpp"

namespace latchkey::fleet {

/// What `latchkey import` is asked for.
struct ImportRequest {
    std::string file;  ///< Shape: absolute.
    bool force =
        false;  ///< Replace toolchains that are of another release or have other components.
    toolchain::EngineOptions options;
};

/// Installs the toolchains of an archive of export_toolchains(), without network.
///
/// Every file is compared with its list. Then each toolchain is committed as by an install of its
/// release, so it is there as a whole or not at all. The user's own files come after that.
///
/// The lists find damage, not malice: an archive is as trustworthy as where it comes from.
///
/// Throws: Errc::not_found; Errc::corrupt for an archive that is damaged or has names that lead
///         elsewhere; Errc::unsupported for another format, and for a toolchain that differs from
///         an installed one, without `force`; Errc::busy while another process brings one of its
///         components; Errc::no_room, Errc::io; the cancellation.
/// Locks:  takes those of an install.
task::awaitable<std::vector<ImportedToolchain>> import_toolchains(Means& means,
                                                                  ImportRequest request);

}  // namespace latchkey::fleet
