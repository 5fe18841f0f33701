#include "latchkey/lock/lock_file.hpp"

#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/new_file.hpp"

namespace latchkey::lock {
namespace {

constexpr std::string_view kText = "latchkey locks 2\n";

/// Reading and writing for those who may change the home, nothing for anybody else.
mode_t locks_mode(mode_t home) {
    return 0600 | ((home & 0020) != 0 ? 0060 : 0) | ((home & 0002) != 0 ? 0006 : 0);
}

/// The same, and reading for those who may read the home.
mode_t readers_mode(mode_t home) {
    return locks_mode(home) | (home & 0444);
}

mode_t mode_of(const LockFile& files, const std::string& path, const platform::FileStatus& home) {
    return path == files.path() ? locks_mode(home.permissions) : readers_mode(home.permissions);
}

/// Gives an empty file what it should have. Never changes one that has its text.
void complete(const platform::Fd& file, const std::string& path, const platform::FileStatus& home,
              mode_t mode) {
    if (platform::load_status(file, path).size_bytes > 0) return;
    platform::inherit_owner(file, home, mode);
    try {
        // Whoever does this at the same time writes the same bytes at the same place.
        platform::write_all(file, as_bytes(kText), path);
    } catch (const Error&) {
        // The disk is full. Ranges need no text, and sweeping, which makes room, needs ranges.
    }
}

/// Makes a whole file appear. False where that cannot be done here.
bool make_at_once(const std::string& path, const platform::FileStatus& home, mode_t mode) {
    try {
        const auto nameless = platform::make_nameless_file(platform::folder_of(path), mode);
        if (!nameless) return false;
        platform::inherit_owner(*nameless, home, mode);
        platform::write_all(*nameless, as_bytes(kText), path);
        return platform::give_name(*nameless, path).has_value();
    } catch (const Error&) {
        return false;  // The plain way says what is wrong, and names the file.
    }
}

/// Ends with a file of this name, whoever made it.
void make_file(const std::string& path, const platform::FileStatus& home, mode_t mode) {
    if (platform::find_status(path) || make_at_once(path, home, mode)) return;
    complete(platform::open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode), path, home, mode);
}

/// Also completes the folder of a process that was killed before it had set the mode.
void make_folder(const std::string& path, const platform::FileStatus& home) {
    platform::make_directory(path, home.permissions & 0777);
    const auto folder = platform::find_permitted_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!folder || !platform::is_own(platform::load_status(*folder, path))) return;
    platform::inherit_owner(*folder, home, (home.permissions & 03777) | 0700);
}

platform::FileStatus load_home(const std::string& path) {
    if (auto found = platform::find_target_status(path)) return *found;
    platform::make_directories(path);
    return platform::load_status(platform::open_file(path, O_PATH | O_DIRECTORY), path);
}

}  // namespace

std::string LockFile::readers_path() const {
    return platform::folder_of(path_) + "/readers";
}

platform::Fd LockFile::open_shared() const {
    constexpr int kFlags = O_RDONLY | O_NOFOLLOW;
    if (auto locks = platform::find_permitted_file(path_, kFlags)) return std::move(*locks);
    const std::string readers = readers_path();
    if (auto found = platform::find_permitted_file(readers, kFlags)) return std::move(*found);
    try {
        const auto home =
            platform::find_target_status(platform::folder_of(platform::folder_of(path_)));
        if (!home || !platform::is_own(*home)) return platform::Fd();
        make_files();
    } catch (const Error&) {
        return platform::Fd();  // No room, or a read-only home: nobody can change anything there.
    }
    auto made = platform::find_permitted_file(path_, kFlags);
    return made ? std::move(*made) : platform::Fd();
}

platform::Fd LockFile::open_exclusive() const {
    return open_changeable(path_);
}

platform::Fd LockFile::open_readers() const {
    return open_changeable(readers_path());
}

platform::Fd LockFile::open_changeable(const std::string& path) const {
    for (;;) {
        if (auto found = platform::find_file(path, O_RDWR | O_NOFOLLOW)) {
            if (platform::load_status(*found, path).size_bytes == 0) complete_files(*found, path);
            return std::move(*found);
        }
        try {
            make_files();
        } catch (const Error& e) {
            throw e.in("make the lock file '" + path + "'");
        }
    }
}

void LockFile::complete_files(const platform::Fd& empty, const std::string& path) const {
    try {
        make_files();  // An old file has no companion.
    } catch (const Error&) {
        // Whoever needs the companion tries again, and says what is wrong.
    }
    const platform::FileStatus home = load_home(platform::folder_of(platform::folder_of(path)));
    complete(empty, path, home, mode_of(*this, path, home));
}

void LockFile::make_files() const {
    const std::string folder = platform::folder_of(path_);
    const platform::FileStatus home = load_home(platform::folder_of(folder));
    make_folder(folder, home);
    // In this order: who finds `locks` finds `readers`.
    const std::string readers = readers_path();
    make_file(readers, home, mode_of(*this, readers, home));
    make_file(path_, home, mode_of(*this, path_, home));
}

bool LockFile::leads_to(const platform::Fd& opened) const {
    if (!opened.open()) return true;
    const platform::FileStatus then = platform::load_status(opened, path_);
    const auto is = [&then](const std::string& path) {
        return platform::is_same_file(platform::find_status(path), then);
    };
    return is(path_) || is(readers_path());
}

std::vector<platform::FileStatus> LockFile::find_statuses() const {
    std::vector<platform::FileStatus> found;
    for (const std::string& path : {path_, readers_path()}) {
        if (const auto status = platform::find_status(path)) found.push_back(*status);
    }
    return found;
}

}  // namespace latchkey::lock
