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
/// Owns one open file description of each file that it uses, to which the kernel ties the ranges.
/// So two sets exclude each other inside one process exactly as between two, and one set never
/// conflicts with itself. The kernel releases them when the last copy of the description closes,
/// however its process ends.
///
/// A shared set uses one file, the one that LockFile::open_shared() opens. An exclusive set uses
/// `locks`, and asks `readers` too for the first exclusive `pin`, `use` or `directory`.
///
/// Where the kernel, the sandbox or the file system has no such ranges, shared ones are granted
/// without one, so that tools run; exclusive ones are refused by an error.
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
    ///         lock file and none can be made, a shared set holds without a range);
    ///         Errc::unsupported for Mode::exclusive where there are no ranges.
    static std::optional<LockSet> try_acquire(const LockFile& file, std::span<const Key> keys,
                                              Mode mode);
    static std::optional<LockSet> try_acquire(const LockFile& file, const Key& key, Mode mode) {
        return try_acquire(file, std::span(&key, 1), mode);
    }

    /// Takes everything that anybody could hold, of both files, at once: so it meets holders of
    /// other users and containers too. Empty: somebody holds something.
    ///
    /// Throws: as try_acquire.
    static std::optional<LockSet> try_acquire_everything(const LockFile& file);

    /// Waits in the kernel until the key is free. While it waits, a shared mark beside the key's
    /// byte shows it to others.
    ///
    /// Requires: no set of this task is exclusive; `directory`, `use` and `pin` are never awaited
    ///           exclusively (asserted).
    /// Throws:   Errc::io, Errc::unsupported; the cancellation when `on` was stopped and a signal
    ///           woke the thread.
    /// Locks:    none left after a throw.
    static LockSet acquire(const OnWaitThread& on, const LockFile& file, const Key& key, Mode mode);

    /// One more key on the same description, if it is free. A key that the set has already is
    /// counted: it takes as many releases.
    ///
    /// Requires: for Mode::exclusive, a set that was made exclusive.
    /// Throws:   Errc::bug where that is not so; Errc::io, Errc::unsupported. The set is as before.
    bool try_add(const Key& key, Mode mode);

    /// Lets go of one key. The others stay.
    void release(const Key& key);

    /// Is this key held at least in this mode? What needs a range takes the set and asserts this.
    [[nodiscard]] bool holds(const Key& key, Mode mode) const noexcept;

    /// The description of a shared set, for a proxy that must let it survive exec; -1 where no lock
    /// file could be.
    [[nodiscard]] int descriptor() const noexcept { return description_.number(); }

    /// Every description: none or one of a shared set, one or two of an exclusive one. A process
    /// that inherits all of them holds what the set holds.
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
