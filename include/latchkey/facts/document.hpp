#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/home_layout.hpp"

/// What commands tell programs: one JSON object (RFC 8259) with the keys `format` and `kind`.
///
/// Later versions of Latchkey may add keys to format 1, but change and drop none. A key without a
/// value is left out, never null. `docs/schemas/<kind>.json` describes each kind.
namespace latchkey::facts {

/// The format of the documents that this version prints.
inline constexpr int kFormat = 1;

/// The beginning of a document: `kind` says what the rest is, "toolchain-list".
boost::json::object make_document(std::string_view kind);

/// One line with its end.
std::string document_text(const boost::json::object& document);

/// A text. Bytes that are not UTF-8 are shown as U+FFFD.
boost::json::string text_value(std::string_view text);

/// Sets a key if there is a text for it.
void set_text(boost::json::object& object, std::string_view key,
              const std::optional<std::string>& text);

/// Sets a path as text. One that is not UTF-8 has its bytes besides, as numbers under
/// `<key>_bytes`.
void set_path(boost::json::object& object, std::string_view key, std::string_view path);

/// `rustup_home`, the folder of the toolchains, and `layout`: `plain` or `category`. By category,
/// also `cache_folder`, `config_folder` and `state_folder`.
void set_home(boost::json::object& object, const dist::HomeLayout& layout);

/// An error: `code`, `message` as rustup prints it on one line, and `chain`, outermost first.
boost::json::object error_value(const Error& error);

/// A document of kind "error" with this one.
boost::json::object error_document(const Error& error);

}  // namespace latchkey::facts
