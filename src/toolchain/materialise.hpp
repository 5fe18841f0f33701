#pragma once

#include <string>
#include <vector>

#include "fetch.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/record.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// The trees that a change counts on. While this lives nobody collects them, whoever else changes
/// what.
class Pins {
public:
    /// The tree of this very artifact, if it was pinned before; null if not.
    [[nodiscard]] const std::string* find(const Artifact& artifact) const;

    /// `sources` tells artifacts of one component apart: a replan may be for another release.
    void add(const dist::Component& component, const std::vector<dist::Source>& sources,
             std::string tree, lock::LockSet pin);

private:
    struct Pinned {
        dist::Component component;
        std::vector<dist::Source> sources;
        std::string tree;
        lock::LockSet pin;
    };
    std::vector<Pinned> pinned_;
};

/// Brings every artifact into the store, all at once, the largest first, and pins its tree.
///
/// Each: pin, look; if it is not there take `unpack`, look again, fetch, publish. An artifact that
/// another process is unpacking is waited for and found.
///
/// `toolchain` is for the texts of whoever has to wait.
///
/// Throws: what failed first; the others are cancelled, what is unpacked stays in the store.
task::awaitable<void> materialise(Services& services, std::string toolchain,
                                  std::vector<Artifact> artifacts, Pins& pins);

}  // namespace latchkey::toolchain
