#pragma once

#include <memory>
#include <string>
#include <vector>

#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// Writes one of rustup's notes in a directory: whole, under another name first, and never through
/// a link. One that is the same already stays.
void write_note(const Home& home, const std::string& toolchain, const std::string& directory,
                std::string_view name, std::string_view text);

/// Makes rustup's two lists say what the state lists, and the state say so of them. Nothing is
/// intended any more.
void write_lists(const Home& home, const std::string& toolchain, const std::string& directory,
                 State& state);

/// Makes update-hashes/ say of home what the state says, where that is what lives there.
void save_update_hash(const Home& home, const std::string& toolchain, const State& state);

/// Does it? Also where there is nothing to say.
bool has_update_hash(const Home& home, const std::string& toolchain, const State& state);

/// The lists that a state's components make.
ListTexts lists_of(const State& state);

}  // namespace latchkey::store
