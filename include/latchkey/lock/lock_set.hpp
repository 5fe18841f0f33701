#pragma once

#include <optional>
#include <span>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_file.hpp"
#include "latchkey/platform/range_lock.hpp"

namespace latchkey::lock {

using Mode = platform::RangeMode;

/// Byte ranges of the lock file, held together and released together.
///
/// Owns one open file description of each file that it uses; the kernel ties the ranges to it. So
/// two sets exclude each other inside one process exactly as between two processes, and one set
/// never conflicts with itself. The kernel releases the ranges when the last copy of the
/// description closes, however the process ends.
///
/// A shared set uses one file, the one that LockFile::open_shared() opens. An exclusive set uses
/// `locks`, and also `readers` from its first exclusive `pin`, `use` or `directory` on.
///
/// If the kernel, a sandbox or the file system has no such ranges, a shared set is granted without
/// one, so that tools run; an exclusive set is refused with an error.
///
/// Every caller keeps two rules, and so nobody deadlocks: the holder of an exclusive range waits
/// for no other range, and a range that others share is only tried exclusively, never awaited.
///
/// Thread: one at a time. Moves; does not copy.
/// Source: fcntl(2), "Open file description locks".
class [[nodiscard]] LockSet {
public:
    /// Takes every key or none, at once. Empty: somebody holds one of them, which is not an error.
    ///
    /// Throws: Errc::io if the lock file cannot be opened. (For Mode::shared a file that is missing
    ///         and cannot be made is fine: the set holds without a range.) Errc::unsupported for
    ///         Mode::exclusive if there are no ranges here.
    static std::optional<LockSet> try_acquire(const LockFile& file, std::span<const Key> keys,
                                              Mode mode);
    static std::optional<LockSet> try_acquire(const LockFile& file, const Key& key, Mode mode) {
        return try_acquire(file, std::span(&key, 1), mode);
    }

    /// Takes every byte of both files at once, so it meets holders of other users and containers
    /// too. Empty: somebody holds something.
    ///
    /// Throws: as try_acquire.
    static std::optional<LockSet> try_acquire_everything(const LockFile& file);

    /// Waits in the kernel until the key is free. Meanwhile a shared mark beside the key's byte
    /// shows the waiter to others.
    ///
    /// Requires: no set of this task is exclusive; `directory`, `use` and `pin` are never awaited
    ///           exclusively (asserted).
    /// Throws:   Errc::io, Errc::unsupported; the cancellation if `on` was stopped and a signal
    ///           woke the thread.
    /// Locks:    none left after a throw.
    static LockSet acquire(const OnWaitThread& on, const LockFile& file, const Key& key, Mode mode);

    /// Adds one more key if it is free. False: somebody else holds it. A key that the set has
    /// already is counted, and takes as many releases.
    ///
    /// Requires: the set was made exclusive, if `mode` is Mode::exclusive.
    /// Throws:   Errc::bug if it was not; Errc::io, Errc::unsupported. The set is as before.
    bool try_add(const Key& key, Mode mode);

    /// Releases one key. The others stay.
    void release(const Key& key);

    /// Whether the set holds the key in this mode or a stronger one. A function that needs a range
    /// takes the set and asserts this.
    [[nodiscard]] bool holds(const Key& key, Mode mode) const noexcept;

    /// The descriptor of a shared set, for a proxy that lets it survive exec. -1: the set holds
    /// without a range.
    [[nodiscard]] int descriptor() const noexcept { return description_.number(); }

    /// All descriptors: none or one for a shared set, one or two for an exclusive set. A process
    /// that inherits them all holds what the set holds.
    [[nodiscard]] std::vector<int> descriptors() const;

private:
    struct Held {
        Key key;
        Mode mode;
    };

    LockSet(const LockFile& file, Mode made_for);

    bool lock_byte(const Key& key, Mode mode);
    bool lock_among_readers(const Key& key);
    void give_back(const Key& key);
    void wait_for(const OnWaitThread& on, const Key& key, Mode mode);

    LockFile file_;
    Mode made_for_;
    platform::Fd description_;  // Closing it releases every range.
    platform::Fd readers_;      // Open from the first range on that both files are asked for.
    std::vector<Held> held_;
};

}  // namespace latchkey::lock
