#include "latchkey/store/junk.hpp"

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "staging.hpp"

namespace latchkey::store {
namespace {

/// A place that no generation has.
lock::Key random_key(const std::string& toolchain) {
    const Place place{toolchain, platform::random_number() | (std::uint64_t{1} << 63)};
    return lock::Key::directory(place.name());
}

}  // namespace

Junk::Junk(Home home, const std::string& toolchain)
    : home_(std::move(home)), key_(random_key(toolchain)) {}

bool Junk::take(const std::string& path) {
    if (!range_) {
        folder_ = home_.staging(key_);
        range_ = lock::LockSet::try_acquire(home_.lock_file(), key_, lock::Mode::exclusive);
        if (!range_) return false;  // Somebody holds everything.
        platform::make_alike_directories(folder_);
    }
    const std::string place = folder_ + "/" + std::to_string(taken_);
    if (!platform::try_rename(path, place)) return false;
    ++taken_;
    return true;
}

void Junk::take_or_delete(const OnWorker& on, const std::string& path) {
    if (!take(path)) platform::remove_tree(on, path);
}

std::optional<Error> Junk::remove(const OnWorker& on) {
    if (!range_) return std::nullopt;
    std::optional<Error> failure = clear_staging(on, home_, folder_);
    range_.reset();
    taken_ = 0;
    return failure;
}

}  // namespace latchkey::store
