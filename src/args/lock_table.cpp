#include "lock_table.hpp"

#include "argument_kinds.hpp"

namespace latchkey::args {
namespace {

constexpr std::string_view kLock =
    R"({{h:Discussion:}}
  Writes `rust-toolchain.lock` beside the toolchain file that decides
  here: the day of the release that its channel has now, the hash of the
  manifest, and for each host the components that the toolchain file
  wants, each with its hash. Without `--host`, the hosts that the file
  has already, or this machine's. If nothing is new, the file stays.

  `toolchain install --locked` and RUSTUP_LOCKED=1, for installs on demand
  as well, install exactly that or fail. If it is there, no server is
  asked. Components that a user added to it stay.

  This is not about the locks that processes hold; `locks` shows those.)";

}  // namespace

Command lock_command() {
    return {.name = "lock",
            .about = "Write down which release and components the toolchain file stands for",
            .discussion = kLock,
            .options = {list_option("host", 0, "HOST_TUPLE",
                                    "A host to lock, besides others; may be repeated")},
            .own = true};
}

}  // namespace latchkey::args
