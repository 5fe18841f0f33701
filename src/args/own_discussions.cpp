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

}  // namespace latchkey::args::discussion
