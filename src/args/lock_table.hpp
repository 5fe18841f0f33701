#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// `lock`
Command lock_command();

/// `set minimum-age`
Command set_minimum_age_command();

}  // namespace latchkey::args
