#include "discussions.hpp"

namespace latchkey::args::discussion {

const std::string_view kAlias =
    R"({{h:Discussion:}}
  Lets a name of yours stand for a toolchain, wherever a toolchain is
  named: `+msrv`, RUSTUP_TOOLCHAIN, a toolchain file, an argument.
  What is shown, stored and given to tools is the toolchain's real name.

    {{l:$ rustup toolchain alias msrv 1.80}}
    {{l:$ cargo +msrv build}}

  Without arguments, the aliases are listed. An alias cannot stand for
  another alias, nor have the name of a channel or of an installed
  toolchain.)";

const std::string_view kComponents =
    R"({{h:Discussion:}}
  What is listed here is added to ('+') or taken from ('-') every
  toolchain that is installed or updated from now on, whatever its
  profile. A component that a release does not have is warned of, and
  left out. What the command line or a toolchain file lists goes first.

    {{l:$ rustup set components +rust-analyzer,+rust-src,-rust-docs}}
    {{l:$ rustup set components none}})";

const std::string_view kUseInstalled =
    R"({{h:Discussion:}}
  When enabled, an installed toolchain is used in place of one that is
  not installed, and nothing is downloaded: for `1.92` the newest 1.92.x,
  for `stable` the newest numbered release or dated stable, for `beta`
  and `nightly` the newest dated one, for a dated name a toolchain of
  that channel whose release is of that day. If none fits, the toolchain
  is installed as usual. RUSTUP_USE_INSTALLED=1 and =0 win over the
  setting.)";

const std::string_view kMirrorList =
    R"({{h:Discussion:}}
  `$RUSTUP_HOME/latchkey/config.toml` and `/etc/latchkey/config.toml` list
  servers that are asked in place of static.rust-lang.org:

    [[mirror]]
    url = "https://mirror.example/rust"
    priority = 10            # lower ones first; the default is 100
    auth = "netrc"           # or: auth-env = "NAME_OF_A_VARIABLE"
    enabled = true

  If a mirror fails, the next one is asked. Of a mirror in both files, the
  user's entry counts. RUSTUP_DIST_SERVER and RUSTUP_DIST_ROOT win over the
  list.

  `list` shows the mirrors in the order in which they are asked. `test`
  asks each for its stable and its nightly manifest, and tells how soon
  and how fast they come, of which days they are, whether downloads can be
  resumed there, and whether credentials were accepted. Exit status 0: all
  mirrors are fine. 1: some are not.)";

const std::string_view kHome =
    R"({{h:Discussion:}}
  With RUSTUP_USE_CATEGORY_HOME=1, and without RUSTUP_HOME, what rustup
  has is split by the XDG Base Directory specification:

    toolchains             $XDG_DATA_HOME/rustup    ~/.local/share/rustup
    settings.toml          $XDG_CONFIG_HOME/rustup  ~/.config/rustup
    downloads, tmp, ...    $XDG_CACHE_HOME/rustup   ~/.cache/rustup
    state.toml             $XDG_STATE_HOME/rustup   ~/.local/state/rustup

  `home move category` moves a home of one folder there, and `home move
  plain` moves it back, to $RUSTUP_HOME or ~/.rustup. Nothing moves while
  a tool or a command uses the home. If a move is interrupted, the home
  works where it was or where it went; run the command again.

  rustup 1.29 knows only homes of one folder.)";

}  // namespace latchkey::args::discussion
