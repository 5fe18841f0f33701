#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>

#include "latchkey/mirrors/probe.hpp"

namespace latchkey::facts {

/// A mirror of the list, on one line without its end: priority, URL, credentials, file.
std::string mirror_line(const config::Mirror& mirror);

/// What a test has found, on one line without its end.
std::string probe_line(const mirrors::Probe& probe);

/// A document of kind "mirror-list". Keys: `files`, and `mirrors` with an object for each, which has
/// what the list says. After a test it also has `test`.
boost::json::object mirror_list_document(const config::MirrorList& list);
boost::json::object mirror_list_document(const config::MirrorList& list,
                                         std::span<const mirrors::Probe> probes);

}  // namespace latchkey::facts
