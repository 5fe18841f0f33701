#pragma once

#include <memory>
#include <string>
#include <vector>

#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// Writes one of rustup's notes in a directory, by a rename: readers see the old note or the new
/// one, and a link in the note's place is replaced. A note that has this text already is not
/// written.
void write_note(const Home& home, const std::string& toolchain, const std::string& directory,
                std::string_view name, std::string_view text);

/// Writes rustup's two lists for the components of the state, and notes their fingerprint in the
/// state's `metadata`. Clears `intended`.
void write_lists(const Home& home, const std::string& toolchain, const std::string& directory,
                 State& state);

/// Writes the state's hash into update-hashes/, which describes home. Does nothing unless the
/// state's generation is at home.
void save_update_hash(const Home& home, const std::string& toolchain, const State& state);

/// Whether update-hashes/ has the state's hash, or the state has none to be written.
bool has_update_hash(const Home& home, const std::string& toolchain, const State& state);

/// The texts of rustup's two lists for a state's components.
ListTexts lists_of(const State& state);

}  // namespace latchkey::store
