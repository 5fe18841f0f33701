#include "latchkey/store/mend.hpp"

#include <fcntl.h>

#include <cassert>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/store/metadata.hpp"
#include "placing.hpp"
#include "staging.hpp"

namespace latchkey::store {
namespace {

using lock::Key;
using lock::LockSet;
using lock::Mode;
using platform::FileKind;

/// An empty staging folder, and a name in it.
std::string make_draft_name(const OnWorker& on, const Home& home, const std::string& toolchain) {
    const std::string staging = home.staging(Key::toolchain(toolchain));
    clear_staging(on, home, staging);
    platform::make_alike_directories(staging);
    return staging + "/mended";
}

/// `draft` takes the place of whatever file has this name in the directory `top`.
void put_into_place(const std::string& draft, const std::string& top, const std::string& path) {
    const auto there = platform::find_status(path);
    if (there && there->kind == FileKind::directory && !platform::remove_empty_directory(path)) {
        throw Error(Errc::unsupported, "'" + path +
                                           "' is a folder with files in it, where a file belongs; "
                                           "move it out of the way first");
    }
    if (platform::try_rename(draft, path)) return;
    // On another device: beside it.
    const std::string beside = dist::note_path(top, kBesidePrefix) + "mended";
    platform::remove_file(beside);
    platform::copy_file(draft, beside);
    platform::sync_files({beside});
    platform::rename_path(beside, path);
}

/// A copy has the owner of what it is a copy of, or is made for.
void dress(const std::string& path, const platform::FileStatus& owner, mode_t mode) {
    platform::inherit_owner(platform::open_file(path, O_RDONLY | O_NOFOLLOW), owner, mode);
    platform::change_mode(path, mode);
}

/// Makes the draft, as a second name of the copy's file or as a copy. False: there is none.
bool make_draft(const ExpectedFile& expected, const std::string& from, const std::string& draft) {
    const auto status = platform::find_status(from);
    if (!status || status->kind != FileKind::regular) return false;
    if (looks_unchanged(*status, expected.file)) {
        const platform::NewName name = platform::try_add_name(from, draft);
        if (name == platform::NewName::absent) return false;
        if (name == platform::NewName::made) return true;
    }
    platform::copy_file(from, draft);
    const auto folder = platform::find_target_status(expected.directory);
    dress(draft, folder.value_or(*status), expected.file.mode);
    platform::set_modification_time(draft, expected.file.mtime_seconds,
                                    expected.file.mtime_nanoseconds);
    return true;
}

}  // namespace

bool put_file(const OnWorker& on, const Home& home, const std::string& toolchain,
              const ExpectedFile& expected, const std::string& source,
              [[maybe_unused]] const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    const std::string draft = make_draft_name(on, home, toolchain);
    if (!make_draft(expected, source + "/" + expected.file.path, draft)) return false;
    const std::size_t slash = draft.rfind('/');
    ExpectedFile drafted{draft.substr(0, slash), expected.file};
    drafted.file.path = draft.substr(slash + 1);
    if (find_flaw(on, drafted, Depth::content)) return false;
    // The state may say that everything is on the disk. A copy, or a file that another toolchain
    // has since this boot, may not be.
    platform::sync_files({draft});
    make_parents(expected.file.path, source, expected.directory);
    put_into_place(draft, expected.directory, expected.directory + "/" + expected.file.path);
    return true;
}

void set_status(const ExpectedFile& expected, [[maybe_unused]] const LockSet& toolchain_lock) {
    const std::string path = expected.directory + "/" + expected.file.path;
    const auto status = platform::find_status(path);
    if (!status || status->kind != FileKind::regular) return;
    platform::change_mode(path, expected.file.mode);
    if (has_time_of(*status, expected.file)) return;
    platform::set_modification_time(path, expected.file.mtime_seconds,
                                    expected.file.mtime_nanoseconds);
}

void put_note(const OnWorker& on, const Home& home, const std::string& toolchain,
              const std::string& directory, std::string_view name, std::string_view text,
              const std::optional<NoteTime>& time, [[maybe_unused]] const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    const std::string draft = make_draft_name(on, home, toolchain);
    platform::save_file_durably(draft, text);
    if (const auto folder = platform::find_target_status(directory)) {
        dress(draft, *folder, (folder->permissions & 0666) | 0600);
    }
    if (time) platform::set_modification_time(draft, time->seconds, time->nanoseconds);
    const std::string path = dist::note_path(directory, name);
    platform::make_directories(platform::folder_of(path));
    put_into_place(draft, directory, path);
}

bool detach_file(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& directory, const std::string& path,
                 [[maybe_unused]] const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    const auto status = platform::find_status(path);
    if (!status) throw Error(Errc::not_found, "'" + path + "' does not exist");
    if (status->kind != FileKind::regular) {
        throw Error(Errc::unsupported, "'" + path + "' is not a regular file");
    }
    if (status->links < 2) return false;
    const std::string draft = make_draft_name(on, home, toolchain);
    platform::copy_file(path, draft);
    dress(draft, *status, status->permissions);
    platform::sync_files({draft});
    put_into_place(draft, directory, path);
    return true;
}

void end_mending(const OnWorker& on, const Home& home, const std::string& toolchain,
                 [[maybe_unused]] const LockSet& toolchain_lock) {
    assert(toolchain_lock.holds(Key::toolchain(toolchain), Mode::exclusive));
    clear_staging(on, home, home.staging(Key::toolchain(toolchain)));
}

}  // namespace latchkey::store
