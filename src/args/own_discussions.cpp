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

}  // namespace latchkey::args::discussion
