#pragma once

#include <string>
#include <string_view>

/// Texts with terminal colours. Each text is made with escapes, which are removed at the end if the
/// stream has no colours.
namespace latchkey::args {

enum class Style { heading, literal, placeholder, bold, error, invalid, valid };

/// The text between the escapes of a style and the reset. An empty text stays empty.
std::string styled(Style style, std::string_view text);

/// `{{k:text}}` spans (see discussions.hpp) as escapes.
std::string styled_markup(std::string_view marked);

std::string without_escapes(std::string_view text);

/// Breaks lines at blanks to a width; escapes have none. Lines that begin with blanks keep them as
/// the indent of their continuation. White space at the very end goes.
///
/// Source: reproduces how clap 4 wraps, also its blank line where a styled span ends behind the
/// width.
std::string wrapped(std::string_view text, unsigned width);

/// Every line but the first is indented.
std::string hanging(std::string_view text, std::size_t indent);

}  // namespace latchkey::args
