#include "leaving.hpp"

#include <algorithm>
#include <iterator>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"

namespace latchkey::store {
namespace {

using dist::PayloadLine;
using platform::FileKind;

bool has_something_in(const std::vector<PayloadLine>& payload, const std::string& folder) {
    return std::ranges::any_of(payload, [&folder](const PayloadLine& line) {
        return is_in(line.path, folder) || is_in(folder, line.path);
    });
}

/// The folders that only this component has anything in.
std::vector<std::string> list_whole_folders(const std::string& directory, const State& state,
                                            const dist::Component& component) {
    std::vector<std::string> folders;
    for (PayloadLine& line : find_payload(directory, component.full_name())) {
        if (line.kind == PayloadLine::Kind::dir) folders.push_back(std::move(line.path));
    }
    for (const StateComponent& other : state.components) {
        if (folders.empty()) break;
        if (other.component == component) continue;
        const auto payload = find_payload(directory, other.component.full_name());
        std::erase_if(folders, [&payload](const std::string& folder) {
            return has_something_in(payload, folder);
        });
    }
    return folders;
}

/// A path that is taken meanwhile is the user's as well.
void give_back(const std::string& from, std::string to) {
    platform::make_directories(platform::folder_of(to));
    while (!platform::rename_new(from, to)) to += '~';
}

}  // namespace

std::string leaving_folder(const Home& home, const std::string& toolchain) {
    return home.state_folder(toolchain) + "/leaving";
}

std::vector<std::string> take_whole_folders(const Home& home, const std::string& toolchain,
                                            const State& state, const dist::Component& leaving) {
    const std::string directory = home.directory(state.place(toolchain));
    std::vector<std::string> taken;
    for (const std::string& folder : list_whole_folders(directory, state, leaving)) {
        const auto status = platform::find_status(directory + "/" + folder);
        if (!status || status->kind != FileKind::directory) continue;
        const std::string to = leaving_folder(home, toolchain) + "/" + folder;
        platform::make_alike_directories(platform::folder_of(to));
        if (platform::try_rename(directory + "/" + folder, to)) taken.push_back(folder);
    }
    return taken;
}

void give_back_others(const OnWorker& on, const Home& home, const std::string& toolchain,
                      const std::string& directory, const Ownership& theirs, Junk& junk) {
    const std::string folder = leaving_folder(home, toolchain);
    for (const std::string& path : theirs.list_others(on, folder)) {
        give_back(folder + "/" + path, directory + "/" + path);
    }
    junk.take_or_delete(on, folder);
}

void give_back_left(const OnWorker& on, const Home& home, const std::string& toolchain,
                    Junk& junk) {
    const std::string folder = leaving_folder(home, toolchain);
    if (!platform::find_status(folder)) return;
    const Current current = examine_current(home, toolchain);
    if (!current.installed()) {
        junk.take_or_delete(on, folder);
        return;
    }
    std::vector<StateComponent> leaving;
    if (current.state) {
        std::ranges::copy_if(current.state->components, std::back_inserter(leaving),
                             [](const StateComponent& each) { return !each.counts(); });
    }
    const std::string directory = home.directory(current.place);
    give_back_others(on, home, toolchain, directory, Ownership(home, directory, leaving), junk);
}

}  // namespace latchkey::store
