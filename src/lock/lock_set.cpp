#include "latchkey/lock/lock_set.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace latchkey::lock {
namespace {

/// The other kinds are shared by readers, and only ever tried exclusively.
bool awaited_exclusively(Kind kind) {
    return kind != Kind::directory && kind != Kind::use && kind != Kind::pin;
}

/// Granted where there are no ranges.
bool try_share(const platform::Fd& file, std::uint64_t byte) {
    try {
        return platform::try_lock_byte(file, byte, Mode::shared);
    } catch (const Error& e) {
        if (e.code() != Errc::unsupported) throw;
        return true;
    }
}

bool try_own(const platform::Fd& file, std::uint64_t byte, const std::string& shown) {
    try {
        return platform::try_lock_byte(file, byte, Mode::exclusive);
    } catch (const Error& e) {
        throw e.in("take a range of the lock file '" + shown + "'");
    }
}

}  // namespace

LockSet::LockSet(const LockFile& file, Mode made_for)
    : file_(file),
      made_for_(made_for),
      description_(made_for == Mode::shared ? file.open_shared() : file.open_exclusive()) {}

std::optional<LockSet> LockSet::try_acquire(const LockFile& file, std::span<const Key> keys,
                                            Mode mode) {
    for (;;) {
        LockSet set(file, mode);
        const bool held = std::all_of(keys.begin(), keys.end(), [&set, mode](const Key& key) {
            return set.try_add(key, mode);
        });
        if (!file.leads_to(set.description_)) continue;
        if (!held) return std::nullopt;  // The description closes: none is kept.
        return set;
    }
}

std::optional<LockSet> LockSet::try_acquire_everything(const LockFile& file) {
    LockSet set(file, Mode::exclusive);
    set.readers_ = file.open_readers();
    if (!platform::try_lock_every_byte(set.description_) ||
        !platform::try_lock_every_byte(set.readers_) || !file.leads_to(set.description_) ||
        !file.leads_to(set.readers_)) {
        return std::nullopt;
    }
    return set;
}

LockSet LockSet::acquire(const OnWaitThread& on, const LockFile& file, const Key& key, Mode mode) {
    assert(mode == Mode::shared || awaited_exclusively(key.kind()));
    for (;;) {
        LockSet set(file, mode);
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
    if (made_for_ == Mode::shared && mode == Mode::exclusive) {
        throw Error(Errc::bug, "an exclusive range of a set that was made shared");
    }
    // A byte that is ours already, by this key or by one that shares its lane: asking the kernel
    // for it as shared would turn an exclusive range into a shared one.
    const bool ours = std::any_of(held_.begin(), held_.end(), [&key, mode](const Held& held) {
        return held.key.lane() == key.lane() &&
               (mode == Mode::shared || held.mode == Mode::exclusive);
    });
    if (description_.open() && !ours && !lock_byte(key, mode)) return false;
    held_.push_back({key, mode});
    return true;
}

bool LockSet::lock_byte(const Key& key, Mode mode) {
    if (mode == Mode::shared) return try_share(description_, key.lane());
    if (!try_own(description_, key.lane(), file_.path())) return false;
    if (awaited_exclusively(key.kind())) return true;
    try {
        if (lock_among_readers(key)) return true;
    } catch (const Error&) {
        give_back(key);
        throw;
    }
    give_back(key);
    return false;
}

bool LockSet::lock_among_readers(const Key& key) {
    while (!readers_.open()) {
        readers_ = file_.open_readers();
        const bool free = try_own(readers_, key.lane(), file_.readers_path());
        if (file_.leads_to(readers_)) return free;
        readers_.close();
    }
    return try_own(readers_, key.lane(), file_.readers_path());
}

/// What the kernel has beyond `held_`.
void LockSet::give_back(const Key& key) {
    const bool shared = std::any_of(held_.begin(), held_.end(), [&key](const Held& held) {
        return held.key.lane() == key.lane();
    });
    if (shared) {
        try_share(description_, key.lane());
    } else {
        platform::unlock_byte(description_, key.lane());
    }
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
    if (shared_byte) return;
    for (const platform::Fd* file : {&description_, &readers_}) {
        if (file->open()) platform::unlock_byte(*file, key.lane());
    }
}

std::vector<int> LockSet::descriptors() const {
    std::vector<int> numbers;
    for (const platform::Fd* file : {&description_, &readers_}) {
        if (file->open()) numbers.push_back(file->number());
    }
    return numbers;
}

bool LockSet::holds(const Key& key, Mode mode) const noexcept {
    return std::any_of(held_.begin(), held_.end(), [&key, mode](const Held& held) {
        return held.key == key && (mode == Mode::shared || held.mode == Mode::exclusive);
    });
}

}  // namespace latchkey::lock
