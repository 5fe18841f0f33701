#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// The error text for a document with a dotted key of more parts than any of our files needs.
/// Empty: it has no such key.
///
/// Call it before toml++ parses. toml++ limits how deep values nest, but not how deep one dotted
/// key leads, and freeing such a table overflows the stack.
///
/// Shape: as toml_error_text().
std::optional<std::string> deep_key_text(std::string_view document);

}  // namespace latchkey::dist
