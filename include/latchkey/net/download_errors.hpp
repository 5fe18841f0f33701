#pragma once

#include <string_view>

#include "latchkey/base/error.hpp"

namespace latchkey::net {

// rustup's texts about downloads that fail.

/// `could not download file from 'URL' to 'FILE'`, followed by the chain of `cause`.
///
/// `shown_url` is printed unchanged, so it must have no password: see without_credentials() and
/// Url::shown().
Error download_error(const Error& cause, std::string_view shown_url, std::string_view file);

/// `file not found`: the server does not have the file.
Error absent_file_error();

/// `the server does not support resuming downloads`, which is ours.
Error no_resume_error();

}  // namespace latchkey::net
