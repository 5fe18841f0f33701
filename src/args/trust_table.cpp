#include "trust_table.hpp"

#include "argument_kinds.hpp"

namespace latchkey::args {
namespace {

constexpr std::string_view kTrust =
    R"({{h:Discussion:}}
  Those who release Rust sign each channel's manifest; the signature lies
  beside it on the server, `channel-rust-stable.toml.asc`. There are two
  places for the keys whose signatures are good: for a key, and for the
  one that will follow it. The first has Rust's own key, which is built
  in. RUSTUP_PGP_KEY names the file of one more.

  A key file is what `gpg --armor --export` writes: one RSA key of 2048
  bits or more. What becomes of a manifest without a good signature is
  set by `set signature`.)";

constexpr std::string_view kSignature =
    R"({{h:Discussion:}}
  What becomes of a channel's manifest whose signature is not good:

    warn      a wrong signature is told, a missing one is not (default)
    require   nothing is installed without a good signature
    off       nobody asks the server for signatures

  RUSTUP_SIGNATURE wins over the setting. `trust list` shows whose
  signatures are good.)";

}  // namespace

Command trust_command() {
    const Argument file = {.value_name = "KEYFILE",
                           .help =
                               "The file of a public key; without it, the built-in key comes "
                               "back",
                           .value_class = ValueClass::path};
    return {
        .name = "trust",
        .about = "The keys whose signatures of releases are good",
        .discussion = kTrust,
        .subcommands = {{.name = "add",
                         .about = "Trust the signatures of a key",
                         .discussion = kTrust,
                         .positionals = {file}},
                        {.name = "remove",
                         .about = "Trust a key no more",
                         .discussion = kTrust,
                         .positionals = {word("KEY",
                                              "Its fingerprint, the last digits of that, or "
                                              "the number of its place")}},
                        {.name = "list", .about = "Show the trusted keys", .discussion = kTrust}},
        .own = true,
        .subcommand_required = true,
        .help_when_empty = true};
}

Command set_signature_command() {
    return {.name = "signature",
            .about = "What becomes of releases without a good signature",
            .discussion = kSignature,
            .positionals = {{.value_name = "SIGNATURE_MODE",
                             .possible_values = {"require", "warn", "off"},
                             .required = true}},
            .own = true};
}

}  // namespace latchkey::args
