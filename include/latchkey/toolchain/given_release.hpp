#pragma once

#include <string>

#include "latchkey/toolchain/news.hpp"

namespace latchkey::toolchain {

/// News of a release whose manifest is at hand, so that an install asks no server for it.
///
/// `text` is as a toolchain has it; `hash` is that of the manifest as it was served. `shown_path`
/// is for errors.
/// Throws: Errc::corrupt if the text makes no sense.
News given_release(const std::string& text, const std::string& hash, const std::string& shown_path);

}  // namespace latchkey::toolchain
