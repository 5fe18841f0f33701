#include <fmt/format.h>

#include <chrono>

#include "latchkey/base/printable.hpp"
#include "latchkey/doctor/checks.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/mount.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/kept.hpp"

namespace latchkey::doctor {
namespace {

/// A toolchain of the default profile and what is fetched for it, about; its files and folders.
constexpr std::uint64_t kUsualBytes = 2'000'000'000;
constexpr std::uint64_t kUsualInodes = 50'000;

/// Less than this, and not even a small change may end well.
constexpr std::uint64_t kLeastBytes = 50'000'000;

/// Longer than any change takes on a usual machine and line.
constexpr std::chrono::minutes kLong{30};

std::string size_text(std::uint64_t bytes) {
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1024.0 * 1024 * 1024));
}

/// A folder that is gone at the end.
class Probe {
public:
    Probe(const OnWorker& on, const std::string& home)
        : on_(on),
          path_(fmt::format("{}/.latchkey-doctor-{:016x}", home, platform::random_number())) {
        platform::make_directories(path_);
    }
    ~Probe() {
        try {
            platform::remove_tree(on_, path_);
        } catch (const std::exception&) {
            // It is empty but for a few bytes.
        }
    }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    [[nodiscard]] std::string operator/(std::string_view name) const {
        return path_ + "/" + std::string(name);
    }

private:
    const OnWorker& on_;
    std::string path_;
};

bool has_range_locks(const Probe& probe) {
    try {
        const lock::LockFile file(probe / "latchkey/locks");
        return lock::LockSet::try_acquire(file, lock::Key::settings(), lock::Mode::exclusive)
            .has_value();
    } catch (const Error& e) {
        if (e.code() == Errc::unsupported) return false;
        throw;
    }
}

/// What the file system cannot do.
Findings look_at_abilities(const OnWorker& on, const std::string& shown, const std::string& home) {
    const Probe probe(on, home);
    Findings findings;
    platform::save_file(probe / "one", "1");
    platform::save_file(probe / "two", "2");
    if (platform::try_add_name(probe / "one", probe / "link") != platform::NewName::made) {
        findings.push_back(warning(shown + ": this file system has no hard links: files that "
                                           "toolchains share are copied"));
    }
    if (!platform::exchange_paths(probe / "one", probe / "two")) {
        findings.push_back(warning(shown + ": this file system cannot exchange two names: during "
                                           "an update the toolchain is missing for a moment"));
    }
    if (!has_range_locks(probe)) {
        findings.push_back(
            error(shown + ": this file system has no range locks: toolchains cannot be changed"));
    }
    return findings;
}

Findings look_at_room(const std::string& shown, const std::string& home, const std::string& kind) {
    const platform::Room room = platform::load_room(home);
    const bool counts_inodes = kind != "btrfs" && kind != "unknown" && room.inodes > 0;
    const std::string text = fmt::format("{}: {} free", shown, size_text(room.bytes));
    if (room.bytes < kLeastBytes) return {error(text)};
    if (room.bytes < kUsualBytes) {
        return {warning(text + ": less than a toolchain may need")};
    }
    if (counts_inodes && room.inodes < kUsualInodes) {
        return {warning(fmt::format("{}: {} files more can be made: less than a toolchain may need",
                                    shown, room.inodes))};
    }
    return {};
}

void append(Findings& all, Findings more) {
    for (Finding& each : more) all.push_back(std::move(each));
}

struct Since {
    bool waits;
    std::chrono::system_clock::time_point start;
};

/// Who changes something, or waits for it. A tool that runs holds its components for as long as it
/// likes.
std::optional<Since> find_long(const lock::Holder& holder, WallTime now) {
    const bool tool = holder.mode == lock::Mode::shared && !holder.waiting;
    if (tool || !holder.since || now - *holder.since < kLong) return std::nullopt;
    return Since{holder.waiting, *holder.since};
}

Findings find_long_holders(const lock::LockFile& file, WallTime now) {
    Findings findings;
    std::vector<pid_t> told;
    for (const lock::Holder& holder : lock::find_all_holders(file)) {
        const auto since = find_long(holder, now);
        if (!since || std::ranges::find(told, holder.process) != told.end()) continue;
        told.push_back(holder.process);
        findings.push_back(warning(fmt::format(
            "locks: pid {} {} a range and was started at {}: {} (see `rustup locks`)",
            holder.process, since->waits ? "awaits" : "holds",
            platform::format_local_time(since->start, now), printable_line(holder.command_line))));
    }
    return findings;
}

Findings look_at_move(const dist::HomeLayout& layout) {
    const std::string note = store::Home(layout).move_note();
    if (!platform::find_target_status(note)) return {};
    return {warning(
        fmt::format("home: '{}' says that `home move` was interrupted: run it again", note))};
}

/// They are only read, so whose they are and whether there is room is nobody's concern here.
Findings look_at_bases(const dist::HomeLayout& layout) {
    Findings findings;
    for (const std::string& base : layout.bases()) {
        const std::string toolchains = store::Home(base).toolchains();
        if (!platform::is_directory(base)) {
            findings.push_back(
                warning(fmt::format("LATCHKEY_BASE: '{}' is not there, or not a directory", base)));
        } else if (!platform::is_directory(toolchains)) {
            findings.push_back(warning(fmt::format(
                "LATCHKEY_BASE: '{}' is not a home: it has no folder 'toolchains'", base)));
        } else {
            findings.push_back(ok(fmt::format("LATCHKEY_BASE: '{}' with {} toolchains", base,
                                              store::list_toolchains(store::Home(base)).size())));
        }
    }
    return findings;
}

}  // namespace

Findings look_at_home(const OnWorker& on, const std::string& shown, const std::string& home) {
    Findings findings;
    try {
        const auto status = platform::find_target_status(home);
        if (!status) return {warning(fmt::format("{}: '{}' is not there yet", shown, home))};
        if (status->kind != platform::FileKind::directory) {
            return {error(fmt::format("{}: '{}' is not a directory", shown, home))};
        }
        const std::string kind = platform::find_file_system_kind(home);
        if (!platform::is_own(*status)) {
            findings.push_back(
                warning(fmt::format("{}: '{}' belongs to user {}", shown, home, status->user)));
        }
        append(findings, look_at_room(shown, home, kind));
        if (platform::may_write(home)) {
            append(findings, look_at_abilities(on, shown, home));
        } else {
            findings.push_back(warning(
                fmt::format("{}: '{}' cannot be written to: nothing can be changed", shown, home)));
        }
        if (findings.empty()) {
            findings.push_back(ok(fmt::format("{}: '{}', on {} with {} free", shown, home, kind,
                                              size_text(platform::load_room(home).bytes))));
        }
    } catch (const Error& e) {
        findings.push_back(error(fmt::format("{}: {}", shown, e.what())));
    }
    return findings;
}

Findings look_at_layout(const OnWorker& on, const dist::HomeLayout& layout) {
    if (!layout.is_by_category()) {
        Findings findings = look_at_home(on, "RUSTUP_HOME", layout.root());
        append(findings, look_at_move(layout));
        append(findings, look_at_bases(layout));
        return findings;
    }
    const dist::CategoryFolders& folders = layout.folders();
    Findings findings = {ok("home: by category (RUSTUP_USE_CATEGORY_HOME)")};
    append(findings, look_at_home(on, "home, data", folders.data));
    append(findings, look_at_home(on, "home, config", folders.config));
    for (const auto& [shown, folder] :
         {std::pair("home, cache", folders.cache), std::pair("home, state", folders.state)}) {
        // Each is made when something comes into it.
        if (platform::find_target_status(folder)) append(findings, look_at_home(on, shown, folder));
    }
    append(findings, look_at_move(layout));
    append(findings, look_at_bases(layout));
    return findings;
}

Findings look_at_locks(const store::Home& home, const std::string& cargo_home, WallTime now) {
    try {
        Findings findings = find_long_holders(home.lock_file(), now);
        const lock::LockFile other = setup::lock_file_of(cargo_home);
        if (other.path() != home.lock_file().path()) {
            append(findings, find_long_holders(other, now));
        }
        if (findings.empty()) {
            findings.push_back(
                ok(fmt::format("locks: nobody has changed or awaited anything for "
                               "more than {} minutes",
                               kLong.count())));
        }
        return findings;
    } catch (const Error& e) {
        return {error(fmt::format("locks: {}", e.what()))};
    }
}

Findings look_at_leftovers(const OnWorker& on, const store::Home& home) {
    try {
        store::refuse_old_format(home);
        Findings findings;
        if (!platform::find_status(home.latchkey()))
            return {ok("nothing is left to be cleaned up")};
        for (const store::Kept& kept : store::find_kept(on, home)) {
            findings.push_back(warning(fmt::format(
                "{} of {} is still there, because it is in use or not cleaned up yet (see "
                "`rustup tidy`)",
                kept.what, kept.toolchain)));
        }
        if (findings.empty() && store::is_anything_left(home)) {
            findings.push_back(warning("leftovers of earlier commands are not cleaned up yet"));
        }
        if (findings.empty()) findings.push_back(ok("nothing is left to be cleaned up"));
        return findings;
    } catch (const Error& e) {
        return {error(fmt::format("clean-up: {}", e.what()))};
    }
}

}  // namespace latchkey::doctor
