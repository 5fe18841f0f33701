#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// The components that a directory's own notes list, each with the tree that `known` has for it.
///
/// Throws: Errc::corrupt, Errc::io.
std::vector<StateComponent> components_noted(const std::string& directory, const State& known);

/// A component's own list as rustup keeps it. One that is not there or makes no sense is empty.
///
/// Throws: Errc::io.
std::vector<dist::PayloadLine> find_payload(const std::string& directory,
                                            const std::string& full_name);

/// Is it this folder, or below it? Both from the directory's top.
bool is_in(const std::string& path, const std::string& folder);

/// Which paths of a toolchain's directory belong to given components: by a tree's index, or, where
/// rustup or a hand put a component there, by its own list, which names folders whole.
class Ownership {
public:
    /// Nothing.
    Ownership() = default;

    /// Throws: Errc::io; Errc::unsupported.
    Ownership(const Home& home, const std::string& directory,
              const std::vector<StateComponent>& components);

    void add(const TreeIndex& index);
    void add(const std::vector<dist::PayloadLine>& payload);

    /// A file or link.
    [[nodiscard]] bool has(const std::string& path) const { return files_.contains(path); }

    /// A folder with all that is in it.
    [[nodiscard]] bool has_whole(const std::string& path) const { return folders_.contains(path); }

    /// Each path that these components own, whether anything is there or not, but for those in the
    /// folders `without`; of a folder with all that is in it, what is there. For who looks at the
    /// folders himself: it costs no call for each file.
    [[nodiscard]] std::vector<std::string> list_named(
        const OnWorker& on, const std::string& directory,
        const std::vector<std::string>& without = {}) const;

    /// Each file or link below `directory` that these components own.
    [[nodiscard]] std::vector<std::string> list(const OnWorker& on,
                                                const std::string& directory) const;

    /// Each file or link below `directory` that they do not own, rustup's notes left out.
    [[nodiscard]] std::vector<std::string> list_others(const OnWorker& on,
                                                       const std::string& directory) const;

private:
    void add_all_installed(const std::string& directory);

    std::unordered_set<std::string> files_;
    std::unordered_set<std::string> folders_;
};

}  // namespace latchkey::store
