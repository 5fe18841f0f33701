#include "latchkey/config/release_state.hpp"

#include <fmt/format.h>

#include <cassert>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/toml_document.hpp"
#include "latchkey/dist/toml_text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/rewritten_file.hpp"
#include "settled_file.hpp"

namespace latchkey::config {
namespace {

constexpr std::string_view kLast = "last_release_notified_secs";

template <typename Work>
auto named(const std::string& path, const Work& work) {
    try {
        return work();
    } catch (const Error& e) {
        throw e.in("state file '" + path + "'");
    }
}

}  // namespace

std::string release_state_path(const dist::HomeLayout& home) {
    return home.release_state();
}

std::optional<std::chrono::seconds> find_release_notice(const dist::HomeLayout& home) {
    const std::string path = release_state_path(home);
    return named(path, [&path]() -> std::optional<std::chrono::seconds> {
        const auto settled = find_settled_file(path, platform::RangeMode::shared);
        if (!settled) return std::nullopt;
        const dist::TomlSection root = dist::parse_toml_document(settled->text, Errc::usage);
        if (!root.contains(kLast)) return std::nullopt;
        const auto seconds = parse_number(root.value_text(kLast));
        if (!seconds) throw Error(Errc::usage, fmt::format("`{}` is not a time", kLast));
        return std::chrono::seconds(*seconds);
    });
}

void save_release_notice([[maybe_unused]] const lock::LockSet& settings_lock,
                         const dist::HomeLayout& home, std::chrono::seconds when) {
    assert(settings_lock.holds(lock::Key::settings(), lock::Mode::exclusive));
    const std::string path = release_state_path(home);
    named(path, [&path, when] {
        const auto turn = find_settled_file(path, platform::RangeMode::exclusive);
        std::string text = fmt::format("{} = {}\n", kLast, when.count());
        const dist::TomlSection root =
            dist::parse_toml_document(turn ? turn->text : "", Errc::usage);
        for (const std::string& key : root.keys()) {
            if (key == kLast) continue;
            text += fmt::format("{} = {}\n", dist::toml_key(key), root.value_text(key));
        }
        platform::make_directories(platform::folder_of(path));
        platform::rewrite_file(path, text);
    });
}

}  // namespace latchkey::config
