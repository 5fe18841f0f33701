#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// A file of a server, and what its signature says.
struct SignedText {
    std::optional<std::string> text;     ///< Empty: the server does not have the file.
    bool good = false;                   ///< A trusted key has signed the text.
    std::optional<std::string> warning;  ///< Of the policy `warn`: what is wrong.
};

/// Fetches a file and, at the same time, the signature beside it, `URL.asc`, unless the policy is
/// `off`. Where the policy is `warn`, it waits for a signature for ten seconds at most once the file
/// is there. The policy is that of the server which `url` is of.
///
/// Throws: as fetch_text(). If the policy is `require`: Errc::corrupt for a wrong signature
///         and if there is none, Errc::unreachable if the server does not give it.
task::awaitable<SignedText> fetch_signed(Services& services, std::string url,
                                         std::size_t limit_bytes, config::SignaturePolicy policy,
                                         unsigned max_retries);

/// Throws the failure if signatures are required; otherwise it is to be warned of, in these words.
std::string warn_or_throw(const Error& failure, config::SignaturePolicy policy);

/// `signature verification failed for 'URL': CAUSE`. If one is required, it ends with what to do.
Error signature_error(const std::string& url, const Error& cause, config::SignaturePolicy policy);

}  // namespace latchkey::toolchain
