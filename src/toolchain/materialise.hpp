#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fetch.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/supply.hpp"
#include "latchkey/toolchain/tree_copy.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// The trees that a change counts on. A tree is in `arrived/`, or in the directory of a toolchain
/// that has it. It is pinned, and the directory is held.
class Supplies {
public:
    /// The supply of this artifact. Null: none was added.
    [[nodiscard]] const store::Supply* find(const transfer::Artifact& artifact) const;

    /// `sources` distinguishes artifacts of one component: a new plan may be for another release.
    void add(const dist::Component& component, const std::vector<dist::Source>& sources,
             store::Supply supply, lock::LockSet pin, std::optional<lock::LockSet> ranges);

    /// All of it, to be held by somebody else.
    [[nodiscard]] std::vector<TreeCopy> release(const store::Home& home);

    /// Forgets every supply, because one is gone: all must be looked for again. `spoiled` is a
    /// place that does not have the files it should have; no tree is taken from there any more.
    void forget(const std::optional<store::Place>& spoiled);

    /// Places from which no tree is taken.
    [[nodiscard]] const std::set<std::string>& spoiled() const noexcept { return spoiled_; }
    void avoid(const store::Place& place) { spoiled_.insert(place.name()); }

private:
    struct Held {
        dist::Component component;
        std::vector<dist::Source> sources;
        store::Supply supply;
        lock::LockSet pin;
        std::optional<lock::LockSet> ranges;
    };
    std::vector<Held> held_;
    std::map<std::string, lock::LockSet> pins_;  ///< The pins of forgotten supplies, by tree.
    std::set<std::string> spoiled_;
};

/// Provides a supply of each artifact: in a toolchain that has it, or unpacked in `arrived/`.
///
/// Pins all artifacts and looks for them. Then fetches those that are nowhere, the largest first,
/// each by taking `unpack`, looking again, fetching and publishing. If another process is unpacking
/// an artifact, waits for it, and then finds the tree.
///
/// `toolchain` is named in messages about waiting.
///
/// Throws: the first failure; the other artifacts are cancelled. If archives are bad or missing:
///         the failure of the one that comes first in `artifacts`, so those before it are awaited.
task::awaitable<void> materialise(Services& services, std::string toolchain,
                                  std::vector<transfer::Artifact> artifacts, Supplies& supplies);

}  // namespace latchkey::toolchain
