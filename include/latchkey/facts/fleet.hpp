#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "latchkey/fleet/bundle.hpp"
#include "latchkey/fleet/export.hpp"
#include "latchkey/fleet/imported.hpp"
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

/// What became of an export, for people.
std::string export_text(const std::string& file, const fleet::Exported& exported);

/// A document of kind "export".
boost::json::object export_document(const std::string& file, const fleet::Exported& exported);

/// What became of an import, for people.
std::string import_text(const std::vector<fleet::ImportedToolchain>& imported);

/// A document of kind "import".
boost::json::object import_document(const std::string& file,
                                    const std::vector<fleet::ImportedToolchain>& imported);

}  // namespace latchkey::facts
