#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"

namespace latchkey::config {

/// A variable that must be text.
///
/// Throws: Errc::usage, `environment variable was not valid unicode: "a\xFF"`.
std::optional<std::string> find_strict_text(const platform::Environment& environment,
                                            const std::string& name);

/// A variable that counts as unset where it is no text.
std::optional<std::string> find_lenient_text(const platform::Environment& environment,
                                             const std::string& name);

/// A URL that must be text, as tidy_url() makes it.
///
/// Throws: as find_strict_text, without the password that it may have.
std::optional<std::string> find_strict_url(const platform::Environment& environment,
                                           const std::string& name);

/// A URL that counts as unset where it is no text, as tidy_url() makes it.
std::optional<std::string> find_lenient_url(const platform::Environment& environment,
                                            const std::string& name);

}  // namespace latchkey::config
