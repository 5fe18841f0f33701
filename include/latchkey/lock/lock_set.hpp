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
/// Owns one open file description, to which the kernel ties the ranges. So two sets exclude each
/// other inside one process exactly as between two, and one set never conflicts with itself. The
/// kernel releases them when the last copy of the description closes, however its process ends.
///
/// Two rules keep everybody from deadlock, and every caller keeps them: who holds a range
/// exclusively never waits for another one, and ranges that others share are only ever tried
/// exclusively.
///
/// Thread: one at a time. Moves; does not copy.
/// Source: fcntl(2), "Open file description locks".
class [[nodiscard]] LockSet {
public:
    /// Takes every key or none, at once. Empty: somebody holds one of them, which is no error.
    ///
    /// Throws: Errc::io if the lock file cannot be opened (Mode::exclusive only: where there is no
    ///         lock file and none can be made, a shared set holds without a range).
    static std::optional<LockSet> try_acquire(const LockFile& file, std::span<const Key> keys,
                                              Mode mode);
    static std::optional<LockSet> try_acquire(const LockFile& file, const Key& key, Mode mode) {
        return try_acquire(file, std::span(&key, 1), mode);
    }

    /// Waits in the kernel until the key is free. While it waits, a shared mark beside the key's
    /// byte shows it to others.
    ///
    /// Requires: no set of this task is exclusive; `generation`, `use` and `pin` are never awaited
    ///           exclusively (asserted).
    /// Throws:   Errc::io; the cancellation when `on` was stopped and a signal woke the thread.
    /// Locks:    none left after a throw.
    static LockSet acquire(const OnWaitThread& on, const LockFile& file, const Key& key, Mode mode);

    /// One more key on the same description, if it is free. A key that the set has already is
    /// counted: it takes as many releases.
    ///
    /// Requires: for Mode::exclusive, a set that was made exclusive.
    /// Throws:   Errc::bug, Errc::io where that is not so.
    bool try_add(const Key& key, Mode mode);

    /// Lets go of one key. The others stay.
    void release(const Key& key);

    /// Is this key held at least in this mode? What needs a range takes the set and asserts this.
    [[nodiscard]] bool holds(const Key& key, Mode mode) const noexcept;

    /// The description, for a proxy that must let it survive exec; -1 where no lock file could be.
    [[nodiscard]] int descriptor() const noexcept { return description_.number(); }

private:
    struct Held {
        Key key;
        Mode mode;
    };

    explicit LockSet(platform::Fd description) : description_(std::move(description)) {}

    void wait_for(const OnWaitThread& on, const Key& key, Mode mode);

    platform::Fd description_;  // Closing it releases every range.
    std::vector<Held> held_;
};

}  // namespace latchkey::lock
