#include "own_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "argument_kinds.hpp"
#include "discussions.hpp"
#include "fleet_table.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "lock_table.hpp"
#include "trust_table.hpp"

namespace latchkey::args {
namespace {

constexpr std::string_view kHistoryDiscussion =
    R"({{h:Discussion:}}
  Each change of a toolchain is an entry with a number. The newest comes
  first, with its time here, its release and what it changed of the entry
  before. `rollback --to` takes the numbers. The newest 64 entries stay.

  "kept" marks entries whose files are on the disk, so that a rollback
  fetches nothing, and says how much room only they take. How many are
  kept of each toolchain is set by `set keep-generations`.)";

constexpr std::string_view kRollbackDiscussion =
    R"({{h:Discussion:}}
  Brings back the release and the components of an earlier entry of the
  toolchain's history; without `--to`, those of the release before. Again,
  it goes one release further back. Builds that run go on with what they
  began with, and the next one has the earlier release.

  A release that is kept on the disk is there at once. Otherwise its files
  are taken from other toolchains that have them, and the rest is fetched
  by the dated manifest, which must be the one that was installed then.

  From then on `update` leaves the toolchain as it is, and `install` adds
  components of its release only, until `update --unhold`.)";

constexpr std::string_view kKeepGenerationsDiscussion =
    R"({{h:Discussion:}}
  After an update or a rollback, so many former releases of each toolchain
  stay on the disk, for rollbacks without network. Files that are the same
  in two releases take their room once. Default: 0. A smaller number frees
  the others at the next change, or by `tidy`.)";

/// The command of this path: "toolchain list".
Command& command_at(Command& tree, std::string_view path) {
    Command* command = &tree;
    for (const std::string_view name : split(path, ' ')) {
        const auto found = std::ranges::find(command->subcommands, name, &Command::name);
        if (found == command->subcommands.end()) {
            throw Error(Errc::bug, "no command '" + std::string(path) + "'");
        }
        command = &*found;
    }
    return *command;
}

void add_command(Command& parent, Command command) {
    command.own = true;
    parent.subcommands.push_back(std::move(command));
}

void add_option(Command& command, Argument option) {
    option.own = true;
    command.options.push_back(std::move(option));
}

Argument format_option() {
    return {.long_name = "format",
            .value_name = "FORMAT",
            .help = "How to print facts; `json=1` pins the first format of JSON",
            .possible_values = {"text", "json", "json=1"},
            .of_line = true};
}

Argument progress_option() {
    return {.long_name = "progress",
            .value_name = "PROGRESS",
            .help = "How to show progress; `json`: an event a line, on stderr",
            .possible_values = {"text", "json"},
            .of_line = true};
}

Argument progress_fd_option() {
    return {.long_name = "progress-fd",
            .value_name = "NUMBER",
            .help = "The descriptor that gets the events of `--progress json`, which it implies",
            .of_line = true};
}

/// The commands that change toolchains.
constexpr auto kMakeProgress = std::to_array<std::string_view>(
    {"bundle", "component add", "component remove", "default", "install", "mirror", "override set",
     "target add", "target remove", "toolchain install", "toolchain prune", "toolchain rollback",
     "toolchain uninstall", "toolchain verify", "uninstall", "update"});

/// The commands that tell facts.
constexpr auto kTellFacts = std::to_array<std::string_view>({
    // clang-format off
    "bundle", "check", "component list", "doctor", "export", "import", "locks", "mirror",
    "mirror-list list", "mirror-list test", "override list", "set safe-directories list", "show",
    "show active-toolchain", "show home", "show profile", "target list", "toolchain alias",
    "toolchain history", "toolchain list", "toolchain prune", "toolchain verify", "trust list",
    "which",
    // clang-format on
});

void add_doctor(Command& tree) {
    add_command(
        tree, {.name = "doctor",
               .about = "Look for what is wrong with this installation and its surroundings",
               .discussion = discussion::kDoctor,
               .options = {flag("repair", "Mend what can be mended without a decision of yours")}});
}

void add_locks(Command& tree) {
    add_command(
        tree, {.name = "locks",
               .about = "Show who holds and who waits for which component or toolchain",
               .discussion = discussion::kLocks,
               .options = {
                   flag("watch", "Go on showing it, once a second, until interrupted"),
                   flag("json", "Print an array of objects; with `--watch` one at each change")}});
}

void add_alias(Command& tree) {
    add_command(
        command_at(tree, "toolchain"),
        {.name = "alias",
         .about = "Let a name of yours stand for a toolchain, or list such names",
         .discussion = discussion::kAlias,
         .options = {flag("remove", "Remove the alias NAME")},
         .positionals = {
             {.value_name = "NAME", .help = "The alias, such as 'msrv'"},
             {.value_name = "TARGET",
              .help = "The toolchain that it stands for, such as '1.80', 'nightly-2026-05-20', or "
                      "a custom toolchain name"}}});
}

void add_components_setting(Command& set) {
    add_command(set, {.name = "components",
                      .about = "What every toolchain gets besides its profile, or goes without",
                      .discussion = discussion::kComponents,
                      .positionals = {{.value_name = "COMPONENTS",
                                       .help = "Comma-separated list, such as "
                                               "'+rust-analyzer,-rust-docs', or 'none'",
                                       .required = true,
                                       .takes_signs = true}}});
}

void add_use_installed(Command& set) {
    add_command(set, {.name = "use-installed",
                      .about = "Whether an installed toolchain may stand for a missing one",
                      .discussion = discussion::kUseInstalled,
                      .positionals = {{.value_name = "USE_INSTALLED_MODE",
                                       .possible_values = {"enable", "disable"},
                                       .default_value = "enable"}}});
}

void add_man_pages(Command& tree) {
    add_command(tree, {.name = "man-pages",
                       .about = "Write the manual pages of all commands into a folder",
                       .options = {{.long_name = "date",
                                    .value_name = "DATE",
                                    .help = "What the pages say as the release's date"}},
                       .positionals = {{.value_name = "FOLDER",
                                        .help = "Where the pages are written; it is made",
                                        .value_class = ValueClass::path,
                                        .required = true}},
                       .visible = false});
}

void add_safe_directories(Command& tree) {
    const Argument directories = {
        .value_name = "DIRECTORY",
        .help = "`DIR`, `DIR/*` for all below it, or `*` for every directory",
        .value_class = ValueClass::path,
        .required = true,
        .repeatable = true};
    add_command(command_at(tree, "set"),
                {.name = "safe-directories",
                 .about = "The directories of others whose toolchain files are trusted",
                 .discussion = discussion::kSafeDirectories,
                 .subcommands = {{.name = "add",
                                  .about = "Trust the toolchain files in these directories",
                                  .positionals = {directories}},
                                 {.name = "remove",
                                  .about = "Trust them no more",
                                  .positionals = {directories}},
                                 {.name = "list", .about = "Show the safe directories"}},
                 .subcommand_required = true,
                 .help_when_empty = true});
}

constexpr std::string_view kPrune =
    R"({{h:Discussion:}}
  Removes the toolchains that no rule keeps. `--unused-for` keeps those
  that were used in that time: `30d`, `4w`, `6m` (months of 30 days).
  `--keep-last N` keeps the newest N of each kind and target, such as
  dated nightlies or stable versions. `--pattern` keeps those whose names,
  with or without target, the glob does not match. At least one is needed.

  These stay whatever the rules are: the default and the active toolchain,
  those that an override or an alias names, those that a rollback holds,
  those in use, links to toolchains of yours, and what no channel could
  bring back. A toolchain that comes into use or is changed meanwhile
  stays too, and is told.

  A toolchain counts as used when a tool of it is started by its name or
  by `rustup run`, and when it is changed; not if its files are run by
  path. The day is noted. A toolchain without such a day counts from its
  installation; one of rustup's at least from Latchkey's.

  Each line tells what the removal frees on the disk. Files that other
  toolchains share do not count.)";

void add_prune(Command& tree) {
    add_command(
        command_at(tree, "toolchain"),
        {.name = "prune",
         .about = "Remove toolchains that are not used any more",
         .discussion = kPrune,
         .options = {{.long_name = "unused-for",
                      .value_name = "TIME",
                      .help = "Only those that were not used for so long: `30d`, `4w`, `6m`"},
                     {.long_name = "keep-last",
                      .value_name = "NUMBER",
                      .help = "Not the newest so many of each kind"},
                     {.long_name = "pattern",
                      .value_name = "GLOB",
                      .help = "Only those whose names match: `nightly-2025-*`"},
                     flag("dry-run", "Say what would go, and remove nothing"),
                     verbose_option("Say of the others why they stay")}});
}

void add_home(Command& tree) {
    add_command(
        tree,
        {.name = "home",
         .about = "Where toolchains, settings and downloads are kept",
         .discussion = discussion::kHome,
         .subcommands = {{.name = "move",
                          .about = "Move them to other folders",
                          .discussion = discussion::kHome,
                          .positionals = {{.value_name = "LAYOUT",
                                           .help = "A folder for each category, or one for all",
                                           .possible_values = {"category", "plain"},
                                           .required = true}}}},
         .subcommand_required = true,
         .help_when_empty = true});
}

void add_mirror_list(Command& tree) {
    add_command(tree, {.name = "mirror-list",
                       .about = "The servers that are asked for toolchains",
                       .discussion = discussion::kMirrorList,
                       .subcommands = {{.name = "list", .about = "Show the mirrors"},
                                       {.name = "test", .about = "Ask each mirror what it has"}},
                       .subcommand_required = true,
                       .help_when_empty = true});
}

constexpr std::string_view kVerify =
    R"({{h:Discussion:}}
  A line for each file that is not as it was installed. `modified`: it has
  another content, size or mode, or is not a regular file. `missing`: it is
  not there. `extra`: it belongs to no component; such files are yours, and
  are told, never deleted, and not damage. `unverifiable`: a component of
  which Latchkey has no list of files, since rustup or a hand put it there.

  Every file is read and compared with the hash of what was unpacked.
  `--quick` reads none. rustup's own files in `lib/rustlib` are compared as
  far as their content is known. Builds may go on meanwhile.

  `--repair` replaces what is bad, each file by one rename, so running
  builds see the old file or the right one. Contents come from another
  toolchain that has them, else from the distribution server.

  Toolchains share equal files by hard links: who edits one in place edits
  it in all of them. `--detach FILE...` gives the file of one toolchain a
  copy of its own first.

  Exit status 0: nothing is damaged, or all is repaired. 1: damage is left.
  2: something could not be checked.)";

void add_verify(Command& tree) {
    add_command(
        command_at(tree, "toolchain"),
        {
            .name = "verify",
            .about = "Compare toolchains with what was installed, and repair them",
            .discussion = kVerify,
            .options =
                {flag("all", "Every installed toolchain"),
                 flag("quick", "Compare size, mode and time of modification; read no file"),
                 flag("repair", "Bring back what is missing or modified"),
                 flag("detach",
                      "Take the arguments for files of toolchains, and give each a copy of its "
                      "own, which can be edited")},
            // A file is no toolchain's name: the command itself tells them apart.
            .positionals = {{.value_name = "TOOLCHAIN",
                             .help = "Toolchain names, by default the active toolchain; with "
                                     "`--detach` paths of files",
                             .value_class = ValueClass::path,
                             .repeatable = true}},
        });
}

void add_rollback(Command& tree) {
    add_command(command_at(tree, "toolchain"),
                {.name = "history",
                 .about = "Show what changed a toolchain, and when",
                 .discussion = kHistoryDiscussion,
                 .positionals = {{.value_name = "TOOLCHAIN",
                                  .help = kResolvableHelp,
                                  .value_class = ValueClass::resolvable_toolchain}}});
    add_command(command_at(tree, "toolchain"),
                {.name = "rollback",
                 .about = "Bring back an earlier release of a toolchain",
                 .discussion = kRollbackDiscussion,
                 .options = {{.long_name = "to",
                              .value_name = "ENTRY",
                              .help = "The number of an entry, as `toolchain history` shows it"}},
                 .positionals = {{.value_name = "TOOLCHAIN",
                                  .help = kResolvableHelp,
                                  .value_class = ValueClass::resolvable_toolchain,
                                  .required = true}}});
    add_command(command_at(tree, "set"),
                {.name = "keep-generations",
                 .about = "How many former releases of each toolchain stay on the disk",
                 .discussion = kKeepGenerationsDiscussion,
                 .positionals = {word("COUNT", "From 0 to 64")}});
    add_option(command_at(tree, "update"),
               flag("unhold", "Update toolchains that a rollback holds at their release, too"));
}

}  // namespace

void add_own_rows(Command& tree) {
    add_alias(tree);
    add_components_setting(command_at(tree, "set"));
    add_use_installed(command_at(tree, "set"));
    add_doctor(tree);
    add_safe_directories(tree);
    add_command(tree, {.name = "hand-back",
                       .about = "Give the toolchains back to rustup",
                       .discussion = discussion::kHandBack});
    add_home(tree);
    add_locks(tree);
    add_man_pages(tree);
    add_mirror_list(tree);
    add_command(tree, {.name = "tidy",
                       .about = "Settle the toolchains and free what nobody uses",
                       .discussion = discussion::kTidy});
    add_prune(tree);
    add_verify(tree);
    add_rollback(tree);
    add_fleet_rows(tree);
    add_command(tree, trust_command());
    add_command(tree, lock_command());
    add_command(command_at(tree, "set"), set_minimum_age_command());
    for (const std::string_view path : {"install", "toolchain install", "update"}) {
        add_option(command_at(tree, path),
                   flag("locked", "Exactly what `rust-toolchain.lock` says, or nothing"));
    }
    add_command(command_at(tree, "set"), set_signature_command());
    // Its own scripts, with all of this; what rustup's are stays as it is.
    command_at(tree, "completions").positionals.back().possible_values.push_back("latchkey");
    add_option(tree, format_option());
    add_option(tree, progress_option());
    add_option(tree, progress_fd_option());
    for (const std::string_view path : kMakeProgress) {
        add_option(command_at(tree, path), progress_option());
        add_option(command_at(tree, path), progress_fd_option());
    }
    for (const std::string_view path : kTellFacts) {
        add_option(command_at(tree, path), format_option());
    }
}

}  // namespace latchkey::args
