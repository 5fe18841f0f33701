#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/fleet/selection.hpp"
#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "ledger.hpp"

namespace latchkey::fleet {

/// The range that a process holds while it changes a mirror.
inline lock::Key mirror_key() {
    return lock::Key::settings();
}

/// The checksum and the signature that may lie beside a file.
std::array<std::string, 2> notes_of(const std::string& path);

/// The SHA-256 of a file, in hexadecimal.
///
/// Throws: Errc::not_found, Errc::io; the cancellation.
std::string hash_of_file(const OnWorker& on, const std::string& path);

/// A mirror's folder, on the disk. Everything of its own but the tree lies in `.latchkey`: the lock
/// file, the ledger, and in `parts` what is on its way.
///
/// What appears in the tree appears whole, by one rename, and what the ledger does not name as its
/// own is never replaced or deleted.
///
/// Thread: one worker at a time.
/// Locks:  everything but the constructor and lock_file() needs mirror_key() exclusively.
class MirrorFolder {
public:
    /// Shape: absolute.
    explicit MirrorFolder(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] lock::LockFile lock_file() const { return lock::LockFile(own() + "/locks"); }

    /// The file that an archive of this hash is downloaded into.
    [[nodiscard]] std::string part(const std::string& hash) const { return parts() + "/" + hash; }

    /// Reads the ledger.
    ///
    /// Throws: as parse_ledger().
    void load();

    /// Writes the ledger, if it has changed.
    ///
    /// Throws: Errc::no_room, Errc::io.
    void save();

    Ledger ledger;

    /// Those of the archives that are still to come; the ledger names them from then on. It also
    /// notes those that were there before us.
    ///
    /// Throws: Errc::unsupported if something else has the place of one; the cancellation.
    std::vector<Archive> find_missing(const OnWorker& on, const std::vector<Archive>& archives);

    /// Brings a part, which is whole and synced, to its place.
    void place(const Archive& archive);

    /// Whether a note has this text already.
    [[nodiscard]] bool has_note(const std::string& path, std::string_view text) const;
    [[nodiscard]] std::optional<std::string> find_note(const std::string& path) const;

    /// Replaces notes, in their order, each by a rename; an empty one is removed. All have been
    /// written and synced before the first appears. Notes that say the same stay as they are.
    ///
    /// Shape:    pairs of path and text.
    /// Requires: claim() was called for each.
    void publish(const std::vector<std::pair<std::string, std::optional<std::string>>>& notes);

    /// Notes in the ledger that these are about to come. Save it before they do.
    ///
    /// Throws: Errc::unsupported if one is there that is not ours and says something else.
    void claim(const std::string& path, const std::optional<std::string>& text);

    /// As publish(), for what lies beside an archive that find_missing() has told; passes over what
    /// is not ours.
    void add_note(const std::string& path, const std::string& text);

    /// Deletes a note of ours. Others stay.
    void remove_note(const std::string& path);

    /// Deletes an archive of ours and its notes. Gives the bytes that it had.
    std::uint64_t remove_archive(const std::string& path);

    /// Deletes parts but those of archives that are about to come.
    void sweep_parts() const;

private:
    [[nodiscard]] std::string own() const { return path_ + "/.latchkey"; }
    [[nodiscard]] std::string parts() const { return own() + "/parts"; }
    [[nodiscard]] std::string full(const std::string& path) const { return path_ + "/" + path; }
    bool is_there(const OnWorker& on, const Archive& archive);
    void remove_folder_of(const std::string& path) const;

    std::string path_;
    std::string saved_;  ///< The ledger's text on the disk.
};

/// Refuses folders in which no mirror should be.
///
/// Throws: Errc::usage for a home of toolchains, or a folder in one; Errc::io.
void check_mirror_folder(const std::string& path, const std::string& rustup_home);

}  // namespace latchkey::fleet
