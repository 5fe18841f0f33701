#pragma once

#include <string>

namespace latchkey::config {

/// The key of a directory in Settings::overrides: its canonical path; where it does not exist, the
/// text as given.
std::string override_key(const std::string& directory);

}  // namespace latchkey::config
