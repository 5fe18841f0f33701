#include "fleet_table.hpp"

#include <algorithm>
#include <string_view>

#include "argument_kinds.hpp"

namespace latchkey::args {
namespace {

constexpr std::string_view kMirror =
    R"({{h:Discussion:}}
  Makes the folder DIR a mirror of the distribution server, or brings it
  up to date: a tree of plain files for any web server, `rclone` or
  `aws s3 sync`, or to be used as it is.

    {{l:$ latchkey mirror /srv/rust stable nightly-2026-05-20 \}}
    {{l:      --host x86_64-unknown-linux-gnu,aarch64-apple-darwin}}
    {{l:$ RUSTUP_DIST_SERVER=http://mirror.example rustup update}}

  Manifests, checksums and signatures are the server's, byte for byte, so
  a client checks the same as with the server itself. Of the archives that
  a manifest names, those are there that the options ask for; what earlier
  calls have brought stays. Every archive is checked before it appears.

  A release appears when all of its archives are there. What is asked for
  may be interrupted at any time: the mirror offers what it did before,
  and the next call goes on. If nothing is new, nothing is written.

  `--keep N` keeps the newest N releases of each channel that is named, and
  deletes of the others what no manifest names that is left. Files that
  this command has not made are never touched.

  RUSTUP_DIST_SERVER says from where, so a mirror may follow another one.
  Releases of before 2016 and new versions of rustup are not mirrored.)";

/// What of a release is taken along.
std::vector<Argument> selection_options() {
    return {
        {.long_name = "profile",
         .value_name = "PROFILE",
         .help = "The components of this profile; by default that of `set profile`",
         .possible_values = profiles()},
        list_option("component", 'c', "COMPONENT", "Comma-separated list of more components"),
        list_option("target", 't', "TARGET", "Comma-separated list of more targets to compile for"),
        list_option("host", 0, "HOST",
                    "Comma-separated list of the systems that toolchains are for; by default "
                    "this one"),
        {.long_name = "compression",
         .value_name = "COMPRESSION",
         .help = "Only the archives that are compressed so; by default all that there are",
         .possible_values = {"xz", "gz", "zst"},
         .repeatable = true}};
}

Argument output_option() {
    return {.long_name = "output",
            .short_name = 'o',
            .value_name = "FILE",
            .help = "The file that is made; `-`: stdout",
            .value_class = ValueClass::path};
}

void add_mirror(Command& tree) {
    std::vector<Argument> options = selection_options();
    options.push_back({.long_name = "keep",
                       .value_name = "NUMBER",
                       .help = "How many releases of each channel stay; by default all"});
    options.push_back(flag("verify", "Read again all that is there, and replace what is damaged"));
    tree.subcommands.push_back(
        {.name = "mirror",
         .about = "Make a folder a mirror of releases, for other machines to install from",
         .discussion = kMirror,
         .options = std::move(options),
         .positionals = {{.value_name = "DIR",
                          .help = "The mirror's folder; it is made",
                          .value_class = ValueClass::path,
                          .required = true},
                         {.value_name = "TOOLCHAIN",
                          .help = kOfficialHelp,
                          .value_class = ValueClass::official_toolchain,
                          .repeatable = true}},
         .own = true});
}

constexpr std::string_view kBundle =
    R"({{h:Discussion:}}
  Puts releases into one file, for machines without network:

    {{l:$ latchkey bundle stable --component rust-src -o rust.tar}}
    {{l:$ rustup toolchain install --from rust.tar}}

  The file is a tar archive of what `latchkey mirror` would make. The same
  releases and options give the same bytes. Whoever installs from it checks
  every archive as with the server, and asks no server for anything.

  `-o -` writes it to stdout. What an interrupted call has fetched is kept
  in `FILE.latchkey` for the next one.)";

void add_bundle(Command& tree) {
    std::vector<Argument> options = selection_options();
    options.push_back(output_option());
    tree.subcommands.push_back({.name = "bundle",
                                .about = "Put releases into one file, for machines without network",
                                .discussion = kBundle,
                                .options = std::move(options),
                                .positionals = {{.value_name = "TOOLCHAIN",
                                                 .help = kOfficialHelp,
                                                 .value_class = ValueClass::official_toolchain,
                                                 .required = true,
                                                 .repeatable = true}},
                                .own = true});
}

constexpr std::string_view kExport =
    R"({{h:Discussion:}}
  Packs installed toolchains into one file for `latchkey import`, such as
  a cache of a CI system: their components with the lists of their files,
  and files of yours in them. The same toolchains give the same bytes.
  Every file is checked. Without names, the active toolchain is meant.)";

constexpr std::string_view kImport =
    R"({{h:Discussion:}}
  Installs the toolchains of a file that `latchkey export` made, without
  network. Every file is checked before anything is installed; then each
  toolchain is committed as by an install, as a whole or not at all.

  A toolchain that is there already, as it is in the file, stays as it is.
  One that differs is replaced only with `--force`.

  The check finds damage, not malice: import only what you trust.)";

void add_export_and_import(Command& tree) {
    tree.subcommands.push_back({.name = "export",
                                .about = "Pack installed toolchains into one file, for caches",
                                .discussion = kExport,
                                .options = {output_option()},
                                .positionals = {{.value_name = "TOOLCHAIN",
                                                 .help = kResolvableHelp,
                                                 .value_class = ValueClass::resolvable_toolchain,
                                                 .repeatable = true}},
                                .own = true});
    tree.subcommands.push_back({.name = "import",
                                .about = "Install the toolchains of a file that `export` made",
                                .discussion = kImport,
                                .options = {flag("force", "Replace toolchains that differ")},
                                .positionals = {{.value_name = "FILE",
                                                 .help = "The file",
                                                 .value_class = ValueClass::path,
                                                 .required = true}},
                                .own = true});
}

/// The command of this name. Throws nothing: rustup's rows are there.
Command& row(std::vector<Command>& rows, std::string_view name) {
    return *std::ranges::find(rows, name, &Command::name);
}

void add_from(Command& install) {
    install.options.push_back({.long_name = "from",
                               .value_name = "PATH",
                               .help = "Install from this bundle or mirror, and ask no server",
                               .value_class = ValueClass::path,
                               .own = true});
}

}  // namespace

void add_fleet_rows(Command& tree) {
    add_mirror(tree);
    add_bundle(tree);
    add_export_and_import(tree);
    add_from(row(tree.subcommands, "install"));
    add_from(row(row(tree.subcommands, "toolchain").subcommands, "install"));
}

}  // namespace latchkey::args
