#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/openpgp/certificate.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::toolchain {

/// One of the two places for keys whose signatures of releases are good: for a key and the one that
/// will follow it. The first has Rust's own key, which is built in, unless it was removed.
struct KeySlot {
    unsigned number = 0;  ///< From 1.
    bool built_in = false;
    std::string path;  ///< Of its file, which exists unless it is built in or empty.
    std::optional<openpgp::Certificate> certificate;  ///< Empty: there is none, or see `fault`.
    std::optional<Error> fault;                       ///< Why the file is not a key.
};

/// Both places.
///
/// Throws: Errc::io if a file cannot be read.
std::vector<KeySlot> load_key_slots(const store::Home& home);

/// The keys in the places and, if there is a `further_path`, that in this file.
///
/// Throws: Errc::corrupt, Errc::unsupported for a file that is not a key, with its name; Errc::io.
std::vector<openpgp::Certificate> load_trusted_keys(const store::Home& home,
                                                    const std::optional<std::string>& further_path);

/// Puts a key into an empty place, or, if it is trusted already, its newer file in place of the
/// older. `text` is the file's; empty: the built-in key comes back to its place.
///
/// Returns:  the key's place.
/// Requires: `settings` is Key::settings(), exclusive.
/// Throws:   as openpgp::parse_certificate; Errc::usage if no place is empty.
KeySlot trust_key(const store::Home& home, const std::optional<std::string>& text,
                  const lock::LockSet& settings);

/// Empties the place of a key. `which` is the place's number, or the end of the fingerprint, in
/// either case and with blanks or without, of at least 8 digits.
///
/// Returns:  what was there.
/// Requires: as trust_key().
/// Throws:   Errc::not_found if no key is meant.
KeySlot distrust_key(const store::Home& home, std::string_view which,
                     const lock::LockSet& settings);

}  // namespace latchkey::toolchain
