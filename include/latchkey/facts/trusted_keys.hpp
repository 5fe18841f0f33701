#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>

#include "latchkey/config/signature_policy.hpp"
#include "latchkey/toolchain/trusted_keys.hpp"

namespace latchkey::facts {

/// The places for keys, each with its fingerprint and below it the user ids.
std::string trusted_key_lines(std::span<const toolchain::KeySlot> slots);

/// A document of kind "trust-list". Keys: `signature`, the policy, and `keys`, of each that is there
/// its `slot`, `built_in`, and `fingerprint`, `user_ids`, `signing_keys` or `error`.
boost::json::object trusted_key_document(std::span<const toolchain::KeySlot> slots,
                                         config::SignaturePolicy policy);

}  // namespace latchkey::facts
