#pragma once

#include "latchkey/base/error.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The error for a home that is in use: Errc::busy, with the processes that can be seen to hold
/// something.
Error in_use_error(const Home& home);

}  // namespace latchkey::store
