#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fetch.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/supply.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// What a change counts on: trees that have arrived, pinned, and toolchains' directories that have
/// one, held.
class Supplies {
public:
    /// Of this very artifact, if it was found before; null if not.
    [[nodiscard]] const store::Supply* find(const transfer::Artifact& artifact) const;

    /// `sources` tells artifacts of one component apart: a replan may be for another release.
    void add(const dist::Component& component, const std::vector<dist::Source>& sources,
             store::Supply supply, lock::LockSet pin, std::optional<lock::LockSet> ranges);

    /// Something of it is gone: all is to be looked for again. `spoiled`: a place that has not what
    /// it should.
    void forget(const std::optional<store::Place>& spoiled);

    /// Places that are not asked for anything.
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
    std::map<std::string, lock::LockSet> pins_;  ///< Of what was forgotten, by tree.
    std::set<std::string> spoiled_;
};

/// Makes every artifact to be had: from a toolchain that has it, or unpacked in `arrived/`.
///
/// Pins and looks at all of them; then brings what is nowhere, the largest first: takes `unpack`,
/// looks again, fetches, publishes. An artifact that another process is unpacking is waited for and
/// found.
///
/// `toolchain` is for the texts of whoever has to wait.
///
/// Throws: what failed first; the others are cancelled. Of archives that are bad or not there, the
///         first of `artifacts`: those before it are awaited.
task::awaitable<void> materialise(Services& services, std::string toolchain,
                                  std::vector<transfer::Artifact> artifacts, Supplies& supplies);

}  // namespace latchkey::toolchain
