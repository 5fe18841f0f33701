#pragma once

#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"

namespace latchkey::store {

/// Writes `text` in a staging folder that the caller's range guards, and renames it to `path`:
/// readers see the old content or the new, and a kill leaves junk only in staging. Group, owner
/// where root writes, and who may read it are those of its folder, whatever the umask.
void save_staged(const std::string& staging, const std::string& path, std::string_view text);

/// The same, and the disk has it before it has that name.
void save_staged_durably(const std::string& staging, const std::string& path,
                         std::string_view text);

/// The same with a file that has no name yet. False where this cannot be done here; see
/// platform::give_name().
bool name_staged(const std::string& staging, const std::string& path, const platform::Fd& file);

}  // namespace latchkey::store
