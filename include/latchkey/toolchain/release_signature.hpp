#pragma once

#include <optional>
#include <string>

#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::toolchain {

/// A manifest that somebody takes along without installing it.
struct TakenManifest {
    std::string url;
    const std::string& text;
    const dist::Manifest& manifest;
    const std::optional<std::string>& signature;  ///< The file beside it. Empty: there is none.
};

/// Checks the signature of a release's manifest as an install of it would.
///
/// Returns: what to warn of, if the policy is `warn`.
/// Throws:  if the policy is `require`: Errc::corrupt for a wrong signature, for that of another
///          release, and if there is none. As load_trusted_keys().
std::optional<std::string> check_release_signature(const store::Home& home,
                                                   const std::optional<std::string>& further_key,
                                                   config::SignaturePolicy policy,
                                                   const dist::ToolchainName& name,
                                                   const TakenManifest& taken);

}  // namespace latchkey::toolchain
