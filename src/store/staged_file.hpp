#pragma once

#include <string>
#include <string_view>

namespace latchkey::store {

/// Writes `text` in a staging folder that the caller's range guards, and renames it to `path`:
/// readers see the old content or the new, and a kill leaves junk only in staging.
void save_staged(const std::string& staging, const std::string& path, std::string_view text);

/// The same, and the disk has it before it has that name.
void save_staged_durably(const std::string& staging, const std::string& path,
                         std::string_view text);

}  // namespace latchkey::store
