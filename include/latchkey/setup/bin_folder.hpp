#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::setup {

/// The tools that a proxy stands for.
struct Tools {
    std::vector<std::string_view> owned;   ///< Always made. Not empty.
    std::vector<std::string_view> shared;  ///< Not made over a file that is somebody else's.
    /// Whether this file is a program of ours, of any version.
    std::function<bool(const std::string& path)> is_ours;
};

/// The lock file of a CARGO_HOME, `$CARGO_HOME/latchkey/locks`. It is not a RUSTUP_HOME's, because
/// several of those may share one CARGO_HOME.
lock::LockFile lock_file_of(const std::string& cargo_home);

/// `could not create bin directory: 'PATH'`, followed by the cause of `e`.
Error bin_folder_error(const Error& e, const std::string& path);

/// Whether a folder such as `$CARGO_HOME/bin` has anything that BinFolder::remove() would leave
/// there.
bool has_others(const std::string& path, const Tools& tools);

/// `$CARGO_HOME/bin`, with our program and its proxies. Its layout is that of
/// config/bin_layout.hpp.
///
/// Each file and link comes into place whole, by one rename. So running programs go on, and a
/// program that is started meanwhile is the old or the new one. A file that is already right stays,
/// with its inode. Users who may start programs in the folder may also start the files behind its
/// links, whatever the umask.
///
/// Requires: the lock set holds Key::cargo_home() of lock_file_of() exclusively and outlives this.
/// Throws:   Errc::io in rustup's words, `could not create link from …`.
class BinFolder {
public:
    /// Makes the folder, and deletes what a killed holder of the range left.
    BinFolder(const lock::LockSet& cargo_home, std::string path);

    /// Places the running program as `rustup`.
    void place_program(const OnWorker& on) const;

    /// Places the proxy as every tool. If the file system has no symlinks, each tool, like
    /// `rustup`, is a copy.
    ///
    /// Returns: the shared tools that are somebody else's. They stay as they are.
    [[nodiscard]] std::vector<std::string> place_proxies(const OnWorker& on, const Tools& tools,
                                                         std::string_view proxy) const;

    /// Makes these names lead to the running program (`rustup`) or to the proxy, whatever they are
    /// now. Changes nothing if the file system has no symlinks.
    void mend(const OnWorker& on, const std::vector<std::string_view>& names,
              std::string_view proxy) const;

    /// Checks, before anything is changed, that files in here can be deleted.
    ///
    /// Throws: Errc::io if they cannot.
    void require_removable() const;

    /// Deletes what place_program() and place_proxies() put there; a tool that is somebody else's
    /// stays. `rustup` goes last, so that the user can repeat the removal after a kill. The folder
    /// is deleted if it is empty then, unless it lies behind a symlink.
    void remove(const OnWorker& on, const Tools& tools) const;

private:
    [[nodiscard]] std::string at(std::string_view name) const;
    [[nodiscard]] std::string new_staged(std::string_view folder) const;
    [[nodiscard]] bool is_foreign(std::string_view tool, const Tools& tools) const;
    void make_folders() const;
    void place_program_file(const OnWorker& on) const;
    void place_proxy_file(const OnWorker& on, std::string_view proxy) const;
    void link_program() const;
    void link_tool(std::string_view tool) const;
    [[nodiscard]] bool is_right(std::string_view name) const;
    [[nodiscard]] std::string stage_link(std::string_view name) const;
    [[nodiscard]] std::string stage_link_or_copy(std::string_view name) const;
    void put(const std::string& staged, std::string_view name) const;

    std::string path_;
};

}  // namespace latchkey::setup
