#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

// What a toolchain's directory should have, as far as Latchkey knows.
//
// Locks: the answers hold while `directory` of the place and `use` of the components are held and
//        the state has not moved, or while `toolchain` is held.

/// The state that describes what is current, perhaps with damaged notes. Empty: none does, because
/// rustup, a cache or a hand put the directory there or changed it.
///
/// rustup changes all of its notes together. If only some of them are not as the state says, or do
/// not agree with each other, they are damaged.
///
/// Throws: Errc::io.
std::optional<State> find_described(const Home& home, const Current& examined);

/// A component that counts as installed, and its files.
struct ExpectedComponent {
    dist::Component component;
    std::string tree;
    std::vector<ExpectedFile> files;
    std::map<std::string, std::string> payload_notes;  ///< Name in lib/rustlib → text.
    bool known = false;  ///< False: nothing says what its files should be.
};

/// Of all components that count as installed, in the order of the state.
///
/// Throws: Errc::unsupported, Errc::io.
std::vector<ExpectedComponent> list_expected(const Home& home, const std::string& toolchain,
                                             const State& state);

/// One of rustup's notes, or our tag, that is not as it should be.
struct NoteFlaw {
    std::string name;       ///< In lib/rustlib.
    std::string component;  ///< Its full name. Empty: the note is the toolchain's.
    Flaw flaw;
    std::optional<std::string> text;  ///< What it should say. Empty: that is written nowhere else.
};

/// Compares the notes with what the state, the indexes and the tag say of them.
///
/// Throws: Errc::io.
std::vector<NoteFlaw> find_note_flaws(const Home& home, const std::string& toolchain,
                                      const State& state,
                                      const std::vector<ExpectedComponent>& components);

/// The text of the channel manifest that a toolchain was made from, out of another one that was made
/// from the same.
///
/// Throws: Errc::io.
std::optional<std::string> find_manifest_elsewhere(const Home& home, const std::string& toolchain,
                                                   const State& state);

/// The files and links in a directory that no component explains and that are not notes, and notes
/// of components that there are not. Sorted.
///
/// Throws: Errc::io; Errc::unsupported.
std::vector<std::string> list_extra(const OnWorker& on, const Home& home,
                                    const std::string& directory,
                                    const std::vector<StateComponent>& components);

}  // namespace latchkey::store
