#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// `lock`
Command lock_command();

}  // namespace latchkey::args
