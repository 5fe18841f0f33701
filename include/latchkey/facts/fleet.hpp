#pragma once

#include <boost/json.hpp>
#include <string>

#include "latchkey/fleet/bundle.hpp"
#include "latchkey/fleet/mirrored.hpp"

namespace latchkey::facts {

/// What became of a mirror, for people: a line for each release, then of what went or came back.
std::string mirror_text(const fleet::Mirrored& mirrored);

/// A document of kind "mirror".
boost::json::object mirror_document(const std::string& folder, const fleet::Mirrored& mirrored);

/// What became of a bundle, for people.
std::string bundle_text(const std::string& file, const fleet::Bundled& bundled);

/// A document of kind "bundle".
boost::json::object bundle_document(const std::string& file, const fleet::Bundled& bundled);

}  // namespace latchkey::facts
