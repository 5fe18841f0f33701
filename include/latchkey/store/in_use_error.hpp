#pragma once

#include "latchkey/base/error.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Errc::busy: somebody holds something in the home, with whom that can be seen to be.
Error in_use_error(const Home& home);

}  // namespace latchkey::store
