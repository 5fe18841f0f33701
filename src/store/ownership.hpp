#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"
#include "path_set.hpp"

namespace latchkey::store {

/// The components that a directory's own notes list, each with the tree that `known` has for it.
///
/// Throws: Errc::corrupt, Errc::io.
std::vector<StateComponent> components_noted(const std::string& directory, const State& known);

/// A component's list of files, in rustup's format. Empty if the list is missing or damaged.
///
/// Throws: Errc::io.
std::vector<dist::PayloadLine> find_payload(const std::string& directory,
                                            const std::string& full_name);

/// Whether `path` is this folder or lies in it. Both are relative to the toolchain's directory.
bool is_in(std::string_view path, const std::string& folder);

/// The paths of a toolchain's directory that belong to some components. They come from the indexes
/// of the components' trees. A component that rustup or a hand put there has no tree: its paths
/// come from its own list, which may name a folder for all files in it.
class Ownership {
public:
    /// Owns nothing.
    Ownership() = default;

    /// Throws: Errc::io; Errc::unsupported.
    Ownership(const Home& home, const std::string& directory,
              const std::vector<StateComponent>& components);

    void add(const std::vector<dist::PayloadLine>& payload);

    /// Whether the components own this file or link by its own name.
    [[nodiscard]] bool has(const std::string& path) const { return files_.contains(path); }

    /// Whether the components own this folder with everything in it.
    [[nodiscard]] bool has_whole(const std::string& path) const { return folders_.contains(path); }

    /// Each path that the components own, except those in the folders `without`. Files that are
    /// owned by name are listed without a look at the disk, so they may not be there. Folders that
    /// are owned whole are read.
    [[nodiscard]] std::vector<std::string> list_named(
        const OnWorker& on, const std::string& directory,
        const std::vector<std::string>& without = {}) const;

    /// Each file or link below `directory` that the components own.
    [[nodiscard]] std::vector<std::string> list(const OnWorker& on,
                                                const std::string& directory) const;

    /// Each file or link below `directory` that the components do not own, except rustup's notes.
    [[nodiscard]] std::vector<std::string> list_others(const OnWorker& on,
                                                       const std::string& directory) const;

private:
    void add_all_installed(const std::string& directory);

    PathSet files_;
    std::unordered_set<std::string> folders_;
};

}  // namespace latchkey::store
