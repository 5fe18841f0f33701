#pragma once

#include <optional>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// What a folder in staging begins with that could not be deleted: it has files of another user's.
inline constexpr const char* kLeftPrefix = "left.";

/// Deletes a folder in staging. What cannot be deleted, as another user made it, is renamed aside:
/// then the name is free, and later sweeps try again. Empty: all is gone, or was not there.
///
/// Throws: Errc::io where it cannot be renamed either; the cancellation.
/// Locks:  the range that guards the folder, exclusive.
std::optional<Error> clear_staging(const OnWorker& on, const Home& home, const std::string& path);

}  // namespace latchkey::store
