#pragma once

#include <string>

namespace latchkey::proxy {

/// Is this file a program of ours: the running one, a proxy or the full program, copied or linked?
/// What PATH has under a tool's name may be a proxy, and leads nowhere then.
bool is_own_program(const std::string& path);

}  // namespace latchkey::proxy
