#include "latchkey/setup/start_up_files.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <set>

#include "latchkey/base/file_error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/rewritten_file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::setup {
namespace {

void require(const lock::LockSet& cargo_home) {
    assert(cargo_home.holds(lock::Key::cargo_home(), lock::Mode::exclusive));
    (void)cargo_home;
}

std::string load_start_up_file(const std::string& path) {
    try {
        return platform::load_file(path);
    } catch (const Error& e) {
        throw file_error(e, "read rcfile file", path);
    }
}

/// A path has one spelling, whatever slashes and dots it is written with.
std::string plain(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string text = replace_all(line, "/./", "/");
    for (std::string before; before != text;) text = replace_all(before = text, "//", "/");
    return text;
}

/// Is what follows this line a part of a command, a condition or a function of the user's?
bool opens_more(std::string_view line) {
    line = trim(line);
    for (const std::string_view end : {"\\", "&&", "||", "|", "{", "(", ";;"}) {
        if (line.ends_with(end)) return true;
    }
    const std::string_view word = line.substr(line.find_last_of(" \t;") + 1);
    return word == "then" || word == "else" || word == "do" || word == ")";
}

/// Where a file says one of these lines, from which its line end may be missing.
///
/// Shape: sorted, apart.
struct Stretch {
    std::size_t begin;
    std::size_t size;
};
std::vector<Stretch> find_lines(std::string_view text, const std::vector<std::string>& wanted) {
    std::set<std::string> known;
    for (const std::string& line : wanted) known.insert(plain(line));
    std::vector<Stretch> found;
    std::string_view before;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        const std::size_t size = std::min(end + 1, text.size()) - begin;
        if (known.contains(plain(line)) && !opens_more(before)) found.push_back({begin, size});
        if (!trim(line).empty()) before = line;
        begin += size;
    }
    return found;
}

/// What a killed process left beside it.
void sweep(const std::string& path) {
    platform::remove_file(platform::draft_path(platform::find_canonical(path).value_or(path)));
}

void remove_lines(const std::string& path, const std::vector<std::string>& lines) {
    if (!platform::is_file(path)) return;
    std::string text = load_start_up_file(path);
    const std::vector<Stretch> found = find_lines(text, lines);
    try {
        sweep(path);
        if (found.empty()) return;
        for (auto it = found.rbegin(); it != found.rend(); ++it) text.erase(it->begin, it->size);
        platform::rewrite_file(path, text);
    } catch (const Error& e) {
        throw file_error(e, "write rcfile file", path);
    }
}

std::vector<std::string> spellings(const Shell& shell) {
    return {shell.source_line, shell.long_line};
}

void make_parent(const std::string& path) {
    const std::string folder = platform::folder_of(path);
    try {
        platform::make_directories(folder);
    } catch (const Error& e) {
        throw file_error(e, "create rcfile dir directory", folder);
    }
}

void add_line(const std::string& path, const Shell& shell) {
    const std::string& line = shell.source_line;
    std::optional<std::string> text;
    if (platform::is_file(path)) text = load_start_up_file(path);
    if (text && !find_lines(*text, spellings(shell)).empty()) return;
    const bool terminated = !text || text->ends_with('\n');
    make_parent(path);
    try {
        // A new one comes with its line: who is killed between the two would leave an empty file.
        if (!text && platform::save_new_file(path, line + "\n")) return;
        platform::append_file(path, (terminated ? "" : "\n") + line + "\n");
    } catch (const Error& e) {
        throw file_error(e, "write rcfile file", path)
            .in("could not amend shell profile: '" + path + "'");
    }
}

/// One file that cannot be changed keeps no other from being changed.
void collect(std::vector<Error>& failures, const std::function<void()>& step) {
    try {
        step();
    } catch (const Error& e) {
        failures.push_back(e);
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
            sweep(path);
            if (platform::is_file(path) && platform::load_file(path) == shell.env_script) continue;
            platform::rewrite_file(path, shell.env_script);
        } catch (const Error& e) {
            throw file_error(e, "write env file", path);
        }
    }
}

std::vector<Error> add_to_start_up_files(const lock::LockSet& cargo_home,
                                         const std::vector<Shell>& shells) {
    require(cargo_home);
    std::vector<Error> failures;
    for (const Shell& shell : shells) {
        for (const std::string& path : shell.edited) {
            collect(failures, [&] { add_line(path, shell); });
        }
    }
    return failures;
}

std::vector<Error> remove_from_start_up_files(const lock::LockSet& cargo_home,
                                              const std::vector<Shell>& shells) {
    require(cargo_home);
    std::vector<Error> failures;
    for (const Shell& shell : shells) {
        for (const std::string& path : shell.searched) {
            collect(failures, [&] { remove_lines(path, spellings(shell)); });
        }
    }
    return failures;
}

std::vector<Error> remove_historic_lines(const lock::LockSet& cargo_home,
                                         const Historic& historic) {
    require(cargo_home);
    std::vector<Error> failures;
    for (const std::string& path : historic.files) {
        collect(failures, [&] { remove_lines(path, historic.lines); });
    }
    return failures;
}

}  // namespace latchkey::setup
