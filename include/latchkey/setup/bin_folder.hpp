#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::setup {

/// The tools that a proxy stands for.
struct Tools {
    std::vector<std::string_view> owned;   ///< Always made. Never empty.
    std::vector<std::string_view> shared;  ///< Not made over a file that is somebody else's.
    /// Is this file a program of ours, whatever its version?
    std::function<bool(const std::string& path)> is_ours;
};

/// The lock file of a CARGO_HOME, `$CARGO_HOME/latchkey/locks`: of its own, as several RUSTUP_HOMEs
/// may go with it.
lock::LockFile lock_file_of(const std::string& cargo_home);

/// Has a folder like the one below anything that remove() would leave there?
bool has_others(const std::string& path, const Tools& tools);

/// A folder with our program and its proxies, `$CARGO_HOME/bin`, laid out as
/// config/bin_layout.hpp says.
///
/// Every file and link comes into its place whole, by one rename, so what runs goes on running and
/// what is started meanwhile is the old program or the new one. What is already right stays, with
/// its inode. Who may start what is in the folder may start what is behind its links, whatever the
/// umask.
///
/// Requires: the lock set holds Key::cargo_home() of lock_file_of() exclusively and outlives this.
/// Throws:   Errc::io in rustup's words, `could not create link from …`.
class BinFolder {
public:
    /// Makes the folder, and sweeps what a killed holder of the range left.
    BinFolder(const lock::LockSet& cargo_home, std::string path);

    /// Makes `rustup` the running program.
    void place_program(const OnWorker& on) const;

    /// Makes every tool the proxy. Returns the shared tools that are somebody else's, which stay.
    /// Where the file system has no symlinks, tools are copies, as `rustup` is.
    [[nodiscard]] std::vector<std::string> place_proxies(const OnWorker& on, const Tools& tools,
                                                         std::string_view proxy) const;

    /// Makes some names, `rustup` too, lead to the running program and to the proxy, whatever they
    /// are. Changes nothing where the file system has no symlinks.
    void mend(const OnWorker& on, const std::vector<std::string_view>& names,
              std::string_view proxy) const;

    /// Throws: Errc::io where nothing in here can be deleted, before anything is tried.
    void require_removable() const;

    /// Deletes what place_program() and place_proxies() put there. Until the end there is a
    /// `rustup` that can be asked again if this is killed. A tool that is somebody else's stays.
    /// The folder goes if it is empty then; one behind a symlink stays.
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
