#pragma once

#include <string>
#include <vector>

#include "latchkey/platform/environment.hpp"

namespace latchkey::platform {

/// Starts a program that outlives us, with /dev/null as its standard streams. `arguments` begin
/// with argv[0]. A program without a slash is looked for in this process's PATH.
///
/// Throws: Errc::not_found, Errc::io if it cannot be started.
void start_detached(const std::string& program, const std::vector<std::string>& arguments,
                    const Environment& environment);

}  // namespace latchkey::platform
