#pragma once

#include <string>

namespace latchkey::config {

/// The key of a directory in Settings::overrides: its canonical path or, if it does not exist, the
/// text as given. Settings are UTF-8, so bytes that are not become U+FFFD, as in rustup.
std::string override_key(const std::string& directory);

}  // namespace latchkey::config
