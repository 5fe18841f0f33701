#include "latchkey/setup/start_up_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

#include "latchkey/platform/append_file.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::setup {
namespace {

Error in_rustup_words(const Error& e, const std::string& verb, const std::string& path) {
    return e.cause().in(fmt::format("could not {}: '{}'", verb, path));
}

void require(const lock::LockSet& cargo_home) {
    assert(cargo_home.holds(lock::Key::cargo_home(), lock::Mode::exclusive));
    (void)cargo_home;
}

/// Through symlinks, by one rename.
void replace_text(const std::string& path, const std::string& text, mode_t mode) {
    const std::string target = platform::find_canonical(path).value_or(path);
    const std::string staged = target + ".latchkey";
    platform::remove_file(staged);
    platform::save_file_durably(staged, text, mode);
    try {
        platform::rename_path(staged, target);
    } catch (const Error&) {
        platform::remove_file(staged);
        throw;
    }
}

std::string load_start_up_file(const std::string& path) {
    try {
        return platform::load_file(path);
    } catch (const Error& e) {
        throw in_rustup_words(e, "read rcfile file", path);
    }
}

/// `line` with its line end.
void remove_line(const std::string& path, const std::string& line) {
    if (!platform::is_file(path)) return;
    std::string text = load_start_up_file(path);
    const std::size_t at = text.find(line);
    if (at == std::string::npos) return;
    text.erase(at, line.size());
    try {
        replace_text(path, text, platform::find_target_status(path)->permissions);
    } catch (const Error& e) {
        throw in_rustup_words(e, "write rcfile file", path);
    }
}

void make_parent(const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/'));
    try {
        platform::make_directories(folder);
    } catch (const Error& e) {
        throw in_rustup_words(e, "create rcfile dir directory", folder);
    }
}

void add_line(const std::string& path, const std::string& line) {
    std::optional<std::string> text;
    if (platform::is_file(path)) text = load_start_up_file(path);
    if (text && text->find(line) != std::string::npos) return;
    const bool terminated = !text || text->ends_with('\n');
    make_parent(path);
    try {
        // A new one comes with its line: who is killed between the two would leave an empty file.
        if (!text && platform::save_new_file(path, line + "\n")) return;
        platform::append_file(path, (terminated ? "" : "\n") + line + "\n");
    } catch (const Error& e) {
        throw in_rustup_words(e, "write rcfile file", path)
            .in("could not amend shell profile: '" + path + "'");
    }
}

}  // namespace

void write_env_scripts(const lock::LockSet& cargo_home, const std::string& folder,
                       const std::vector<Shell>& shells) {
    require(cargo_home);
    std::set<std::string_view> written;
    for (const Shell& shell : shells) {
        if (!written.insert(shell.env_name).second) continue;
        const std::string path = folder + "/" + std::string(shell.env_name);
        try {
            if (platform::is_file(path) && platform::load_file(path) == shell.env_script) continue;
            replace_text(path, shell.env_script, 0666);
        } catch (const Error& e) {
            throw in_rustup_words(e, "write env file", path);
        }
    }
}

void add_to_start_up_files(const lock::LockSet& cargo_home, const std::vector<Shell>& shells) {
    require(cargo_home);
    for (const Shell& shell : shells) {
        for (const std::string& path : shell.edited) add_line(path, shell.source_line);
    }
}

void remove_from_start_up_files(const lock::LockSet& cargo_home, const std::vector<Shell>& shells) {
    require(cargo_home);
    for (const Shell& shell : shells) {
        for (const std::string& path : shell.searched) remove_line(path, shell.source_line + "\n");
    }
}

void remove_historic_lines(const lock::LockSet& cargo_home, const Historic& historic) {
    require(cargo_home);
    for (const std::string& line : historic.lines) {
        for (const std::string& path : historic.files) remove_line(path, line);
    }
}

}  // namespace latchkey::setup
