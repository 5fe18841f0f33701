#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// What is to be said of a document with a key that has more parts than any file of ours needs;
/// empty where there is none. To be asked before toml++ parses: it limits how deep values nest, but
/// not how deep one dotted key leads, and freeing such a table runs out of stack.
///
/// Shape: as toml_error_text().
std::optional<std::string> deep_key_text(std::string_view document);

}  // namespace latchkey::dist
