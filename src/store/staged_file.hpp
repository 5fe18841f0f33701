#pragma once

#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"

namespace latchkey::store {

/// Writes `text` into a file in a staging folder that the caller's range guards, and renames the
/// file to `path`. So readers see the old content or the new, and a kill leaves junk only in
/// staging. The file gets the group and the readers of its folder, whatever the umask; if root
/// writes it, also the owner.
void save_staged(const std::string& staging, const std::string& path, std::string_view text);

/// As save_staged(), but syncs the file before the rename.
void save_staged_durably(const std::string& staging, const std::string& path,
                         std::string_view text);

/// Gives `path` to a file that has no name yet, with owner, group and mode as in save_staged().
/// False: impossible on this system; see platform::give_name().
bool name_staged(const std::string& staging, const std::string& path, const platform::Fd& file);

}  // namespace latchkey::store
