#pragma once

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Deletes a folder, through a link and on a volume, too: then the link or the mount point goes or
/// stays empty.
void empty_folder(const OnWorker& on, const std::string& folder);

/// The folder goes, unless it is a link of the user's, or is mounted, or has something in it.
void remove_if_empty(const std::string& folder);

/// Deletes what a home is made of, and nothing that others put there. The settings go last: they
/// tell where a killed removal goes on.
///
/// Requires: the whole lock file is held, or there is none.
/// Throws:   Errc::io, `could not remove 'rustup_home' directory: …`; the cancellation.
void remove_home(const OnWorker& on, const Home& home);

}  // namespace latchkey::store
