#include "commands.hpp"

#include <algorithm>
#include <array>

namespace latchkey::cli {
namespace {

struct Entry {
    std::string_view path;
    CommandFunction function;
};

constexpr std::array kCommands = {
    Entry{"install", run_install},
    Entry{"uninstall", run_uninstall},
    Entry{"toolchain list", run_toolchain_list},
    Entry{"toolchain install", run_install},
    Entry{"toolchain uninstall", run_uninstall},
    Entry{"toolchain link", run_toolchain_link},
    Entry{"default", run_default},
    Entry{"show", run_show},
    Entry{"show active-toolchain", run_show_active_toolchain},
    Entry{"show home", run_show_home},
    Entry{"show profile", run_show_profile},
    Entry{"update", run_update},
    Entry{"check", run_check},
    Entry{"component list", run_component_list},
    Entry{"component add", run_component_add},
    Entry{"component remove", run_component_remove},
    Entry{"target list", run_target_list},
    Entry{"target add", run_target_add},
    Entry{"target remove", run_target_remove},
    Entry{"override list", run_override_list},
    Entry{"override set", run_override_set},
    Entry{"override unset", run_override_unset},
    Entry{"run", run_run},
    Entry{"which", run_which},
    Entry{"doc", run_doc},
    Entry{"man", run_man},
    Entry{"self update", run_self_update},
    Entry{"self uninstall", run_self_uninstall},
    Entry{"self upgrade-data", run_self_upgrade_data},
    Entry{"dump-testament", run_dump_testament},
    Entry{"set default-host", run_set_default_host},
    Entry{"set profile", run_set_profile},
    Entry{"set auto-self-update", run_set_auto_self_update},
    Entry{"set auto-install", run_set_auto_install},
    Entry{"set release-hint", run_set_release_hint},
    Entry{"completions", run_completions},
    Entry{"doctor", run_doctor},
    Entry{"hand-back", run_hand_back},
    Entry{"locks", run_locks},
    Entry{"man-pages", run_man_pages},
    Entry{"tidy", run_tidy},
};

}  // namespace

CommandFunction find_command(std::string_view path) {
    const auto* found = std::find_if(kCommands.begin(), kCommands.end(),
                                     [path](const Entry& entry) { return entry.path == path; });
    return found == kCommands.end() ? nullptr : found->function;
}

}  // namespace latchkey::cli
