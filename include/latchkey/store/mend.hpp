#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

// How files of a toolchain's directory get what they should have, beside tools that run from there.
//
// Each file is made in the staging folder of the toolchain's range and comes by one rename. The old
// inode is never written: other toolchains may have names of it, and running programs may have it
// mapped. So a tool finds the old file or the new one, and the new one is as the index says.
//
// All of these throw Errc::io, Errc::no_room, and the cancellation; a file is changed whole or not
// at all. The staging folder is left for the next holder of the range, or for end_mending().
//
// Locks: `toolchain`, exclusive.

/// Puts a file into its place, from `source`, the directory of a copy of its tree: as a second name
/// of that copy's file if that is in every way as expected, otherwise as a copy of it. Folders that
/// are missing above it are made as they are in `source`.
///
/// False: the copy's content is not as expected, or it is not there. Nothing is changed then.
///
/// Throws: Errc::unsupported if a folder with files in it has the file's name.
bool put_file(const OnWorker& on, const Home& home, const std::string& toolchain,
              const ExpectedFile& expected, const std::string& source,
              const lock::LockSet& toolchain_lock);

/// Gives a file that has the right content its mode and its time of modification, in place.
void set_status(const ExpectedFile& expected, const lock::LockSet& toolchain_lock);

/// Puts one of rustup's notes, or our tag, into a toolchain's directory; one that must have a time
/// of modification gets it before it comes.
struct NoteTime {
    std::int64_t seconds = 0;  ///< Since 1970.
    std::int32_t nanoseconds = 0;
};
void put_note(const OnWorker& on, const Home& home, const std::string& toolchain,
              const std::string& directory, std::string_view name, std::string_view text,
              const std::optional<NoteTime>& time, const lock::LockSet& toolchain_lock);

/// Gives a file an inode of its own, with owner, mode and times as they are, so that who edits it
/// in place edits no other toolchain. `directory` is the toolchain's, `path` leads into it. False: it
/// has one already.
///
/// Throws: Errc::not_found; Errc::unsupported if `path` is not a regular file.
bool detach_file(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& directory, const std::string& path,
                 const lock::LockSet& toolchain_lock);

/// Deletes the staging folder, whatever is in it.
void end_mending(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
