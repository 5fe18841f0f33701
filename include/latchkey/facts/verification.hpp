#pragma once

#include <boost/json.hpp>
#include <string>

#include "latchkey/upkeep/detach.hpp"
#include "latchkey/upkeep/report.hpp"

namespace latchkey::facts {

/// A report for people: a line for the toolchain, and one for each finding.
std::string report_text(const upkeep::Report& report, bool color);

/// A report in a document of kind "verify".
boost::json::object report_value(const upkeep::Report& report);

/// The line about a file that was detached.
std::string detached_text(const upkeep::Detached& detached);

/// The file in a document of kind "detach".
boost::json::object detached_value(const upkeep::Detached& detached);

}  // namespace latchkey::facts
