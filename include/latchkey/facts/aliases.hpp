#pragma once

#include <boost/json.hpp>
#include <string>

#include "latchkey/resolve/site.hpp"

namespace latchkey::facts {

/// The aliases of toolchains, each as `msrv -> 1.80-x86_64-unknown-linux-gnu` on a line of its own.
/// Empty: there are none.
std::string alias_lines(const resolve::Site& site);

/// An object for each alias. Keys: `name`, `toolchain` (with its target), `installed`.
boost::json::array alias_values(const resolve::Site& site);

}  // namespace latchkey::facts
