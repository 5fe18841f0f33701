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

constexpr std::string_view kMinimumAge =
    R"({{h:Discussion:}}
  Of `nightly`, `install` and `update` take the newest release that is
  this old, in days or weeks since its date: `3d`, `2w`. A nightly that
  turns out to be bad is mostly replaced by then. `none` takes the newest,
  as does naming its date. What is installed is never replaced by an older
  release for that. Default: none.)";

}  // namespace

Command lock_command() {
    return {.name = "lock",
            .about = "Write down which release and components the toolchain file stands for",
            .discussion = kLock,
            .options = {list_option("host", 0, "HOST_TUPLE",
                                    "A host to lock, besides others; may be repeated")},
            .own = true};
}

Command set_minimum_age_command() {
    return {.name = "minimum-age",
            .about = "How old a nightly must be to be installed",
            .discussion = kMinimumAge,
            .positionals = {word("AGE", "Such as `3d`, `2w` or `none`")},
            .own = true};
}

}  // namespace latchkey::args
