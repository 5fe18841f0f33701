#include "latchkey/store/current.hpp"

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::store {

Current find_current(const Home& home, const std::string& toolchain) {
    const std::string path = home.toolchain(toolchain);
    if (const auto target = platform::find_link(path)) {
        const std::string prefix = "../latchkey/generations/" + toolchain + "/";
        if (target->starts_with(prefix)) {
            const auto number = parse_number(std::string_view(*target).substr(prefix.size()));
            if (number) return {Current::Kind::generation, *number, 0};
        }
        return {Current::Kind::linked, 0, 0};
    }
    const auto status = platform::find_status(path);
    if (!status) return {Current::Kind::absent, 0, 0};
    if (status->kind == platform::FileKind::directory) {
        return {Current::Kind::plain, 0, status->inode};
    }
    // A commit of another process may have come between the two calls: then it is a link by now.
    if (status->kind == platform::FileKind::symlink) return find_current(home, toolchain);
    return {Current::Kind::foreign, 0, 0};
}

Numbers list_numbers(const Home& home, const std::string& toolchain) {
    Numbers numbers;
    for (const platform::DirectoryEntry& entry :
         platform::find_entries(home.generations(toolchain))) {
        if (const auto number = parse_number(entry.name)) {
            if (entry.kind == platform::FileKind::directory) numbers.directories.push_back(*number);
            if (entry.kind == platform::FileKind::symlink) numbers.links.push_back(*number);
        } else if (entry.name.ends_with(".json")) {
            const auto record =
                parse_number(std::string_view(entry.name).substr(0, entry.name.size() - 5));
            if (record) numbers.records.push_back(*record);
        }
    }
    std::sort(numbers.directories.begin(), numbers.directories.end());
    std::sort(numbers.links.begin(), numbers.links.end());
    std::sort(numbers.records.begin(), numbers.records.end());
    return numbers;
}

std::uint64_t current_number(const Home& home, const std::string& toolchain) {
    for (;;) {
        const Current current = find_current(home, toolchain);
        if (current.kind == Current::Kind::generation) return current.number;
        std::uint64_t removed = 0;
        const std::vector<std::uint64_t> records = list_numbers(home, toolchain).records;
        for (auto number = records.rbegin(); number != records.rend() && removed == 0; ++number) {
            const auto record = find_record(home, toolchain, *number);
            if (record && record->state == Record::State::removed) removed = *number;
        }
        // Installed since, and perhaps about to be uninstalled: that record is written before the
        // name goes, and until then the name decides.
        if (find_current(home, toolchain).kind != Current::Kind::generation) return removed;
    }
}

std::uint64_t next_number(const Home& home, const std::string& toolchain) {
    const Numbers numbers = list_numbers(home, toolchain);
    std::uint64_t highest = 0;
    for (const auto* list : {&numbers.directories, &numbers.links, &numbers.records}) {
        if (!list->empty()) highest = std::max(highest, list->back());
    }
    return highest + 1;
}

std::optional<Record> find_record(const Home& home, const std::string& toolchain,
                                  std::uint64_t number) {
    const std::string path = home.record(toolchain, number);
    const auto text = platform::find_file_text(path);
    if (!text) return std::nullopt;
    return parse_record(*text, path);
}

std::vector<std::string> generation_folders(const Home& home) {
    std::vector<std::string> folders;
    for (const platform::DirectoryEntry& entry : platform::find_entries(home.generations())) {
        if (entry.kind == platform::FileKind::directory) folders.push_back(entry.name);
    }
    return folders;
}

}  // namespace latchkey::store
