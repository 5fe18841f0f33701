#include "latchkey/config/settings_file.hpp"

#include <fcntl.h>

#include <cassert>
#include <cerrno>

#include "latchkey/base/file_error.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/rewritten_file.hpp"
#include "latchkey/platform/system.hpp"
#include "settled_file.hpp"

namespace latchkey::config {
namespace {

std::optional<std::string> find_text(const std::string& path, const std::string& kind) {
    try {
        return platform::find_file_text(path);
    } catch (const Error& e) {
        throw file_error(e, "read " + kind + " file", path);
    }
}

void require_utf8(const std::string& text, const std::string& path, const std::string& kind) {
    if (is_utf8(text)) return;
    throw file_error(Error(Errc::usage, std::string(kNotUtf8)), "read " + kind + " file", path);
}

Settings parse_named(const std::string& text, const std::string& path) {
    require_utf8(text, path, "settings");
    try {
        return parse_settings(text);
    } catch (const Error& e) {
        throw e.in("error parsing settings").in("could not parse settings file: '" + path + "'");
    }
}

Settings require_current(Settings settings) {
    if (settings.version == kSettingsVersion) return settings;
    throw Error(Errc::unsupported,
                "rustup's metadata is out of date. run `rustup self upgrade-data`");
}

std::optional<SettledFile> find_settled(const std::string& path, platform::RangeMode mode) {
    try {
        return find_settled_file(path, mode);
    } catch (const Error& e) {
        throw file_error(e, "read settings file", path);
    }
}

void make_home(const dist::HomeLayout& home) {
    for (const std::string& folder : {home.root(), home.folders().config}) {
        try {
            platform::make_directories(folder);
        } catch (const Error& e) {
            throw file_error(e, "create home directory", folder);
        }
        if (!home.is_by_category()) break;
    }
}

/// The right to read may be missing by intent: the system's file is for those who may.
bool is_refusal(const Error& e) {
    return e.chain().back() == platform::os_cause(EACCES) ||
           e.chain().back() == platform::os_cause(EPERM);
}

void save(const std::string& path, const Settings& settings) {
    try {
        platform::rewrite_file(path, serialise(settings));
    } catch (const Error& e) {
        throw file_error(e, "write settings file", path);
    }
}

}  // namespace

std::string settings_path(const dist::HomeLayout& home) {
    return home.settings();
}

std::optional<Settings> find_settings_of_any_version(const dist::HomeLayout& home) {
    const std::string path = settings_path(home);
    const auto text = find_text(path, "settings");
    if (!text) return std::nullopt;
    try {
        if (!may_be_a_part(*text)) return parse_named(*text, path);
    } catch (const Error&) {
        // A part makes no sense, mostly. What makes no sense as a whole is told below.
    }
    const auto settled = find_settled(path, platform::RangeMode::shared);
    if (!settled) return std::nullopt;
    return parse_named(settled->text, path);
}

std::optional<Settings> find_settings(const dist::HomeLayout& home) {
    auto settings = find_settings_of_any_version(home);
    if (!settings) return std::nullopt;
    return require_current(*std::move(settings));
}

Settings load_settings(const dist::HomeLayout& home) {
    if (auto settings = find_settings(home)) return *std::move(settings);
    make_home(home);
    const Settings defaults;
    try {
        platform::save_new_file(settings_path(home), serialise(defaults));
    } catch (const Error&) {
        return defaults;  // A home that nobody may write is as good as one that nobody has changed.
    }
    return find_settings(home).value_or(defaults);
}

Settings update_settings([[maybe_unused]] const lock::LockSet& settings_lock,
                         const dist::HomeLayout& home,
                         const std::function<void(Settings&)>& change) {
    assert(settings_lock.holds(lock::Key::settings(), lock::Mode::exclusive));
    Settings settings = load_settings(home);
    const std::string path = settings_path(home);
    const auto turn = find_settled(path, platform::RangeMode::exclusive);
    if (turn) settings = require_current(parse_named(turn->text, path));
    change(settings);
    save(path, settings);
    return settings;
}

void upgrade_settings([[maybe_unused]] const lock::LockSet& settings_lock,
                      const dist::HomeLayout& home) {
    assert(settings_lock.holds(lock::Key::settings(), lock::Mode::exclusive));
    const std::string path = settings_path(home);
    const auto turn = find_settled(path, platform::RangeMode::exclusive);
    Settings settings = turn ? parse_named(turn->text, path) : Settings{};
    settings.version = kSettingsVersion;
    save(path, settings);
}

void sweep_settings(const lock::LockFile& lock_file, const dist::HomeLayout& home) {
    const std::string path = settings_path(home);
    const std::string draft = platform::draft_path(platform::find_canonical(path).value_or(path));
    if (!platform::find_status(draft)) return;
    const auto range =
        lock::LockSet::try_acquire(lock_file, lock::Key::settings(), lock::Mode::exclusive);
    if (range) platform::remove_file(draft);
}

std::optional<std::string> find_fallback_default(const std::string& path) {
    std::optional<std::string> text;
    try {
        text = find_text(path, "fallback settings");
    } catch (const Error& e) {
        if (is_refusal(e)) return std::nullopt;
        throw;
    }
    if (!text) return std::nullopt;
    require_utf8(*text, path, "fallback settings");
    try {
        return parse_fallback_settings(*text);
    } catch (const Error& e) {
        throw e.in("error parsing settings");
    }
}

}  // namespace latchkey::config
