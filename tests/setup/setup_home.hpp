#pragma once

#include <string>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "support/temp_dir.hpp"

namespace latchkey::test {

/// A home and a cargo home under its range.
struct SetupHome {
    TempDir folder;
    lock::LockFile lock_file{folder / "rustup/latchkey/locks"};
    lock::LockSet held =
        *lock::LockSet::try_acquire(lock_file, lock::Key::cargo_home(), lock::Mode::exclusive);
    OnWorker on = PermitMint::worker();

    [[nodiscard]] std::string home() const { return folder.make("home"); }
    [[nodiscard]] std::string cargo_home() const { return folder.make("home/.cargo"); }
    [[nodiscard]] std::string bin() const { return folder / "home/.cargo/bin"; }
    [[nodiscard]] std::string tool(const std::string& name) const { return bin() + "/" + name; }
};

}  // namespace latchkey::test
