#pragma once

#include "in_place.hpp"

namespace latchkey::strategies {

/// rustup 1.29: changes are rolled back on errors, and no process knows of another. A change writes
/// back the list that it read when it began.
class NoLock final : public InPlace {
public:
    using InPlace::InPlace;

private:
    void lock_exclusively() override {}
    void unlock() override {}
    [[nodiscard]] bool looks_again() const override { return false; }
};

/// One mutex for the whole home: a lock on a file in the temporary folder, as programs without a
/// better place for it have. Changes take it. Proxies do not: the cargo that held it would never
/// see its first rustc start.
class GlobalMutex final : public InPlace {
public:
    using InPlace::InPlace;

private:
    void lock_exclusively() override;
    void unlock() override { file_.close(); }

    platform::Fd file_;
};

/// One reader-writer lock file, as cargo has for its package cache: flock(2), which the kernel
/// frees when its holder dies. Proxies share it, and their tools go on sharing it; changes take it
/// exclusively.
class RwLock final : public InPlace {
public:
    using InPlace::InPlace;

private:
    void share(platform::Environment& environment) override;
    void lock_exclusively() override;
    void unlock() override { file_.close(); }

    platform::Fd file_;
};

/// The same with locks that are inherited: a proxy leaves its descriptor's number in the
/// environment, and whoever finds it there, open, holds the lock already. A change below a reader
/// makes that lock exclusive, and shared again. This is the answer to `cargo run` that calls
/// `rustup component add`, in the manner of make's jobserver.
class Inherited final : public InPlace {
public:
    Inherited(Scene scene, const platform::Environment& environment);

private:
    void share(platform::Environment& environment) override;
    void lock_exclusively() override;
    void unlock() override;

    int inherited_ = -1;  ///< The parent's descriptor, if it came this far.
    platform::Fd file_;
};

}  // namespace latchkey::strategies
