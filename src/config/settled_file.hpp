#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/range_lock.hpp"

namespace latchkey::config {

/// A file that others write into: rustup from 1.30 on locks it, empties it and writes it anew.
/// This is one into which nobody writes until it is closed.
struct SettledFile {
    platform::Fd file;
    std::string text;
};

/// Whether a text may be the beginning of one that is being written. What is written in one piece
/// arrives in whole pages, the first of which may be still to come.
bool may_be_a_part(const std::string& text);

/// Waits for whoever writes into the file, up to ten seconds, and then takes it as it is; at once
/// where only those have locked it who may not write it, or there are no such locks. Empty where
/// there is no file.
///
/// `exclusive` is the turn of whoever changes the file: until it ends nobody else's write begins,
/// which a rename would lose.
///
/// Throws: Errc::io.
std::optional<SettledFile> find_settled_file(const std::string& path, platform::RangeMode mode);

}  // namespace latchkey::config
