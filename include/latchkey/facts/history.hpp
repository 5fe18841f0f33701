#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>

#include "latchkey/toolchain/past.hpp"

namespace latchkey::facts {

/// The document of kind "history": what changed a toolchain, the newest entry first.
boost::json::object history_document(const std::string& toolchain,
                                     std::span<const toolchain::PastEntry> past);

}  // namespace latchkey::facts
