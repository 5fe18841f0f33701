#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "services.hpp"

namespace latchkey::toolchain {

/// A small file of a server, which is asked again at most `max_retries` times if it refuses for the
/// moment. Empty: the file does not exist.
///
/// Throws: `could not download file from 'URL' to 'PATH': …`.
task::awaitable<std::optional<std::string>> fetch_text(Services& services, std::string url,
                                                       std::size_t limit_bytes,
                                                       unsigned max_retries);

/// `could not download file from 'URL' to 'PATH': CAUSE`
Error download_error(const Services& services, const Error& cause, const std::string& url);

}  // namespace latchkey::toolchain
