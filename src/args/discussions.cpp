#include "discussions.hpp"

namespace latchkey::args::discussion {

const std::string_view kInstall =
    R"({{h:Discussion:}}
  The 'install' command is an alias for 'rustup toolchain install'.)";

const std::string_view kToolchain =
    R"({{h:Discussion:}}
  Many `rustup` commands deal with *toolchains*, a single
  installation of the Rust compiler. `rustup` supports multiple
  types of toolchains. The most basic track the official release
  channels: 'stable', 'beta' and 'nightly'; but `rustup` can also
  install specific toolchains from the official archives, toolchains for
  alternate host platforms, and from local builds ('custom toolchains').

  Standard release channel toolchain names have the following form:

    {{p:<channel>[-<date>][-<host>]}}

    {{p:<channel>       = stable|beta|nightly|<versioned>[-<prerelease>]}}
    {{p:<versioned>     = <major.minor>|<major.minor.patch>}}
    {{p:<prerelease>    = beta[.<number>]}}
    {{p:<date>          = YYYY-MM-DD}}
    {{p:<host>          = <target-tuple>}}

  'channel' is a named release channel, a major and minor version
  number such as `1.42`, or a fully specified version number, such
  as `1.42.0`. Channel names can be optionally appended with an
  archive date, as in `nightly-2014-12-18`, in which case the
  toolchain is downloaded from the archive for that date.

  The host may be specified as a target tuple. This is most useful
  for installing a 32-bit compiler on a 64-bit platform, or for
  installing the [MSVC-based toolchain] on Windows. For example:

    {{l:$ rustup toolchain install stable-x86_64-pc-windows-msvc}}

  For convenience, omitted elements of the target tuple will be
  inferred, so the above could be written:

    {{l:$ rustup toolchain install stable-msvc}}

  The `rustup default` command may be used to both install and set
  the desired toolchain as default in a single command:

    {{l:$ rustup default stable-msvc}}

  rustup can also manage symlinked local toolchain builds, which are
  often used for developing Rust itself. For more information see
  `rustup toolchain help link`.)";

const std::string_view kToolchainInstall =
    R"({{h:Discussion:}}
  Some environment variables allow you to customize certain parameters
  in toolchain installation, including:

  - `RUSTUP_CONCURRENT_DOWNLOADS`: the number of concurrent downloads.
  - `RUSTUP_DOWNLOAD_TIMEOUT`: the download timeout in seconds.

  See <https://rust-lang.github.io/rustup/devel/environment-variables.html>
  for more info.)";

const std::string_view kToolchainLink =
    R"({{h:Discussion:}}
  'toolchain' is the custom name to be assigned to the new toolchain.
  Any name is permitted as long as:
  - it does not include '/' or '\' except as the last character
  - it is not equal to 'none'
  - it does not fully match an initialsubstring of a standard release channel.
  For example, you can use the names 'latest' or '2017-04-01' but you cannot
  use 'stable' or 'beta-i686' or 'nightly-x86_64-unknown-linux-gnu'.

  'path' specifies the directory where the binaries and libraries for
  the custom toolchain can be found. For example, when used for
  development of Rust itself, toolchains can be linked directly out of
  the build directory. After building, you can test out different
  compiler versions as follows:

    {{l:$ rustup toolchain link latest-stage1 build/x86_64-unknown-linux-gnu/stage1}}
    {{l:$ rustup override set latest-stage1}}

  If you now compile a crate in the current directory, the custom
  toolchain 'latest-stage1' will be used.)";

const std::string_view kDefault =
    R"({{h:Discussion:}}
  Sets the default toolchain to the one specified. If the toolchain
  is not already installed then it is installed first.)";

const std::string_view kShow =
    R"({{h:Discussion:}}
  Shows the name of the active toolchain and the version of `rustc`.

  If the active toolchain has installed support for additional
  compilation targets, then they are listed as well.

  If there are multiple toolchains installed then all installed
  toolchains are listed as well.)";

const std::string_view kShowActiveToolchain =
    R"({{h:Discussion:}}
  Shows the name of the active toolchain.

  This is useful for figuring out the active tool chain from
  scripts.

  You should use `rustc --print sysroot` to get the sysroot, or
  `rustc --version` to get the toolchain version.)";

const std::string_view kUpdate =
    R"({{h:Discussion:}}
  With no toolchain specified, the `update` command updates each of
  the installed toolchains from the official release channels, then
  updates rustup itself.

  If given a toolchain argument then `update` updates that
  toolchain, the same as `rustup toolchain install`.

  Some environment variables allow you to customize certain parameters
  in toolchain installation, including:

  - `RUSTUP_CONCURRENT_DOWNLOADS`: the number of concurrent downloads.
  - `RUSTUP_DOWNLOAD_TIMEOUT`: the download timeout in seconds.

  See <https://rust-lang.github.io/rustup/devel/environment-variables.html>
  for more info.)";

const std::string_view kCheck =
    R"({{h:Exit status:}}
  {{l:0}}   Everything is up to date.
  {{l:100}} At least one update is available.
  {{l:1}}   An error occurred.)";

const std::string_view kOverride =
    R"({{h:Discussion:}}
  Overrides configure Rustup to use a specific toolchain when
  running in a specific directory.

  Directories can be assigned their own Rust toolchain with `rustup
  override`. When a directory has an override then any time `rustc`
  or `cargo` is run inside that directory, or one of its child
  directories, the override toolchain will be invoked.

  To pin to a specific nightly:

    {{l:$ rustup override set nightly-2014-12-18}}

  Or a specific stable release:

    {{l:$ rustup override set 1.0.0}}

  To see the active toolchain use `rustup show`. To remove the
  override and use the default toolchain again, `rustup override
  unset`.)";

const std::string_view kOverrideUnset =
    R"({{h:Discussion:}}
  If `--path` argument is present, removes the override toolchain
  for the specified directory. If `--nonexistent` argument is
  present, removes the override toolchain for all nonexistent
  directories. Otherwise, removes the override toolchain for the
  current directory.)";

const std::string_view kRun =
    R"({{h:Discussion:}}
  Configures an environment to use the given toolchain and then runs
  the specified program. The command may be any program, not just
  rustc or cargo. This can be used for testing arbitrary toolchains
  without setting an override.

  Commands explicitly proxied by `rustup` (such as `rustc` and
  `cargo`) also have a shorthand for this available. The toolchain
  can be set by using `+toolchain` as the first argument. These are
  equivalent:

    {{l:$ cargo +nightly build}}

    {{l:$ rustup run nightly cargo build}})";

const std::string_view kDoc =
    R"({{h:Discussion:}}
  Opens the documentation for the currently active toolchain with
  the default browser.

  By default, it opens the documentation index. Use the various
  flags to open specific pieces of documentation.)";

const std::string_view kDoctor =
    R"({{h:Discussion:}}
  A line for each thing that was looked at. `ok`: it is as it should be.
  `warning`: it works, and may surprise you. `error`: something does not
  work, or not as you think. Exit status 1: there was an error.

  It asks the distribution server for one small file, and each toolchain
  for the version of its compiler. Nothing is changed without `--repair`,
  which makes the programs in `$CARGO_HOME/bin` anew, deletes what killed
  commands left, settles the toolchains, and fetches anew the components
  that a power failure damaged. Then it says what is still wrong.)";

const std::string_view kHandBack =
    R"({{h:Discussion:}}
  Every toolchain is a directory such as rustup makes already. This puts
  the current release of each into `toolchains`, and deletes
  `$RUSTUP_HOME/latchkey`. Nothing is fetched, and settings and toolchains
  stay as they are.

  Run it when nothing else uses the toolchains, and install rustup
  afterwards: Latchkey takes the home over again at its next change.)";

const std::string_view kLocks =
    R"({{h:Discussion:}}
  Who has a range of `$RUSTUP_HOME/latchkey/locks`, and who waits for
  one, is asked of the kernel: nothing is read from files that could be
  stale, and nothing is locked.

  The kernel does not say since when. So the time is that of the start
  of the process; with `--watch`, that at which the range was first
  seen, or `before` the time at which the watch began.

  Of other users' processes only the ranges can be seen, unless this
  runs as root.)";

const std::string_view kSafeDirectories =
    R"({{h:Discussion:}}
  A `rust-toolchain.toml` decides which program runs as `cargo`. One that
  belongs to another user is obeyed with a warning, unless it belongs to
  root, or its directory is a safe one. The setting holds for one user's
  home; `RUSTUP_SAFE_DIRECTORIES`, with colons between the directories,
  takes its place.

  With `RUSTUP_UNTRUSTED=1` no toolchain file may name a toolchain by its
  path, and nothing is installed because of a file. That is for work on
  sources that nobody has read yet.)";

const std::string_view kTidy =
    R"({{h:Discussion:}}
  Every change cleans up behind itself, but for what is in use then: the
  release that a running build began with, or a component that it may
  load. Later commands see to that, and this one does nothing else. As
  the last line of an image's recipe it leaves toolchains such as rustup
  leaves them, all on the disk.

  What has to stay is told with the processes that hold it and the room
  that it takes. Exit status 1: something could not be cleaned up.)";

const std::string_view kCompletions =
    R"({{h:Discussion:}}
  Enable tab completion for Bash, Fish, Zsh, or PowerShell
  The script is output on `stdout`, allowing one to re-direct the
  output to the file of their choosing. Where you place the file
  will depend on which shell, and which operating system you are
  using. Your particular configuration may also determine where
  these scripts need to be placed.

  Here are some common set ups for the three supported shells under
  Unix and similar operating systems (such as GNU/Linux).

  {{b:Bash:}}

  Completion files are commonly stored in `/etc/bash_completion.d/` for
  system-wide commands, but can be stored in
  `~/.local/share/bash-completion/completions` for user-specific commands.
  Run the command:

    {{l:$ mkdir -p ~/.local/share/bash-completion/completions}}
    {{l:$ rustup completions bash > ~/.local/share/bash-completion/completions/rustup}}

  This installs the completion script. You may have to log out and
  log back in to your shell session for the changes to take effect.

  {{b:Bash (macOS/Homebrew):}}

  Homebrew stores bash completion files within the Homebrew directory.
  With the `bash-completion` brew formula installed, run the command:

    {{l:$ mkdir -p $(brew --prefix)/etc/bash_completion.d}}
    {{l:$ rustup completions bash > $(brew --prefix)/etc/bash_completion.d/rustup.bash-completion}}

  {{b:Fish:}}

  Fish completion files are commonly stored in
  `$HOME/.config/fish/completions`. Run the command:

    {{l:$ mkdir -p ~/.config/fish/completions}}
    {{l:$ rustup completions fish > ~/.config/fish/completions/rustup.fish}}

  This installs the completion script. You may have to log out and
  log back in to your shell session for the changes to take effect.

  {{b:Xonsh:}}

  In Xonsh you can reuse Fish completion by installing `xontrib-fish-completer`.

  {{b:Zsh:}}

  ZSH completions are commonly stored in any directory listed in
  your `$fpath` variable. To use these completions, you must either
  add the generated script to one of those directories, or add your
  own to this list.

  Adding a custom directory is often the safest bet if you are
  unsure of which directory to use. First create the directory; for
  this example we'll create a hidden directory inside our `$HOME`
  directory:

    {{l:$ mkdir ~/.zfunc}}

  Then add the following lines to your `.zshrc` just before
  `compinit`:

    {{l:fpath+=~/.zfunc}}

  Now you can install the completions script using the following
  command:

    {{l:$ rustup completions zsh > ~/.zfunc/_rustup}}

  You must then either log out and log back in, or simply run

    {{l:$ exec zsh}}

  for the new completions to take effect.

  {{b:Custom locations:}}

  Alternatively, you could save these files to the place of your
  choosing, such as a custom directory inside your $HOME. Doing so
  will require you to add the proper directives, such as `source`ing
  inside your login script. Consult your shells documentation for
  how to add such directives.

  {{b:PowerShell:}}

  The powershell completion scripts require PowerShell v5.0+ (which
  comes with Windows 10, but can be downloaded separately for windows 7
  or 8.1).

  First, check if a profile has already been set

    {{l:PS C:\> Test-Path $profile}}

  If the above command returns `False` run the following

    {{l:PS C:\> New-Item -path $profile -type file -force}}

  Now open the file provided by `$profile` (if you used the
  `New-Item` command it will be
  `${env:USERPROFILE}\Documents\WindowsPowerShell\Microsoft.PowerShell_profile.ps1`

  Next, we either save the completions file into our profile, or
  into a separate file and source it inside our profile. To save the
  completions into our profile simply use

    {{l:PS C:\> rustup completions powershell >> ${env:USERPROFILE}\Documents\WindowsPowerShell\Microsoft.PowerShell_profile.ps1}}

  {{b:Cargo:}}

  Rustup can also generate a completion script for `cargo`. The script output
  by `rustup` will source the completion script distributed with your default
  toolchain. Not all shells are currently supported. Here are examples for
  the currently supported shells.

  {{b:Bash:}}

    {{l:$ rustup completions bash cargo >> ~/.local/share/bash-completion/completions/cargo}}

  {{b:Zsh:}}

    {{l:$ rustup completions zsh cargo > ~/.zfunc/_cargo}})";

const std::string_view kRustup =
    R"({{h:Discussion:}}
  Rustup installs The Rust Programming Language from the official
  release channels, enabling you to easily switch between stable,
  beta, and nightly compilers and keep them updated. It makes
  cross-compiling simpler with binary builds of the standard library
  for common platforms.

  If you are new to Rust consider running `rustup doc --book` to
  learn Rust.

{{h:Common commands:}}

  Update Rust toolchains and rustup

    {{l:$ rustup update}}
    
  Install the current stable release of Rust for your host platform

    {{l:$ rustup toolchain install stable}})";

}  // namespace latchkey::args::discussion
