#pragma once

#include <optional>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The prefix of folders in staging that cannot be deleted, because they have another user's files.
inline constexpr const char* kLeftPrefix = "left.";

/// Deletes a folder in staging. If it cannot be deleted, because another user has files in it, it
/// is renamed to one with kLeftPrefix: its name is free then, and later sweeps try again.
///
/// Returns: why it could not be deleted. Empty: it is gone, or was not there.
/// Throws:  Errc::io if it cannot be renamed either; the cancellation.
/// Locks:   the range that guards the folder, exclusive.
std::optional<Error> clear_staging(const OnWorker& on, const Home& home, const std::string& path);

}  // namespace latchkey::store
