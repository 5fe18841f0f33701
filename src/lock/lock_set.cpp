#include "latchkey/lock/lock_set.hpp"

#include <algorithm>
#include <cassert>

namespace latchkey::lock {
namespace {

[[maybe_unused]] bool awaited_exclusively(Kind kind) {
    return kind != Kind::generation && kind != Kind::use && kind != Kind::pin;
}

platform::Fd open_for(const LockFile& file, Mode mode) {
    return mode == Mode::shared ? file.open_shared() : file.open_exclusive();
}

}  // namespace

std::optional<LockSet> LockSet::try_acquire(const LockFile& file, std::span<const Key> keys,
                                            Mode mode) {
    for (;;) {
        LockSet set(open_for(file, mode));
        const bool held = std::all_of(keys.begin(), keys.end(), [&set, mode](const Key& key) {
            return set.try_add(key, mode);
        });
        if (!file.leads_to(set.description_)) continue;
        if (!held) return std::nullopt;  // The description closes: none is kept.
        return set;
    }
}

LockSet LockSet::acquire(const OnWaitThread& on, const LockFile& file, const Key& key, Mode mode) {
    assert(mode == Mode::shared || awaited_exclusively(key.kind()));
    for (;;) {
        LockSet set(open_for(file, mode));
        if (!set.try_add(key, mode)) set.wait_for(on, key, mode);
        if (file.leads_to(set.description_)) return set;
    }
}

void LockSet::wait_for(const OnWaitThread& on, const Key& key, Mode mode) {
    platform::try_lock_byte(description_, key.mark(), Mode::shared);
    while (!platform::wait_lock_byte(on, description_, key.lane(), mode)) {
        // A signal that was not for us: wait on. One that was: the permit throws, in there.
    }
    platform::unlock_byte(description_, key.mark());
    held_.push_back({key, mode});
}

bool LockSet::try_add(const Key& key, Mode mode) {
    if (!description_.open() && mode == Mode::exclusive) {
        throw Error(Errc::bug, "an exclusive range of a set that was made shared");
    }
    // A byte that is ours already, by this key or by one that shares its lane: asking the kernel
    // for it as shared would turn an exclusive range into a shared one.
    const bool ours = std::any_of(held_.begin(), held_.end(), [&key, mode](const Held& held) {
        return held.key.lane() == key.lane() &&
               (mode == Mode::shared || held.mode == Mode::exclusive);
    });
    if (description_.open() && !ours && !platform::try_lock_byte(description_, key.lane(), mode)) {
        return false;
    }
    held_.push_back({key, mode});
    return true;
}

void LockSet::release(const Key& key) {
    const auto found = std::find_if(held_.begin(), held_.end(),
                                    [&key](const Held& held) { return held.key == key; });
    if (found == held_.end()) return;
    held_.erase(found);
    // Another key of this set may share the byte: then the byte stays, as strong as it was.
    const bool shared_byte = std::any_of(held_.begin(), held_.end(), [&key](const Held& held) {
        return held.key.lane() == key.lane();
    });
    if (description_.open() && !shared_byte) platform::unlock_byte(description_, key.lane());
}

bool LockSet::holds(const Key& key, Mode mode) const noexcept {
    return std::any_of(held_.begin(), held_.end(), [&key, mode](const Held& held) {
        return held.key == key && (mode == Mode::shared || held.mode == Mode::exclusive);
    });
}

}  // namespace latchkey::lock
