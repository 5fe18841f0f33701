#pragma once

#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/config/settings.hpp"
#include "latchkey/dist/home_layout.hpp"

namespace latchkey::resolve {

/// Lets `alias` stand for a toolchain from now on, in place of what it stood for before. Keeps the
/// toolchain as it was written: an official name may be partial.
///
/// Throws: Errc::usage if `alias` is the name of a channel or of an installed toolchain, or no name
///         at all, or if either name would make an alias of an alias; Errc::not_found for a linked
///         toolchain that is not there.
void set_alias(config::Settings& settings, const dist::HomeLayout& home, const std::string& alias,
               const std::string& toolchain);

/// Throws: Errc::not_found if there is no such alias.
void remove_alias(config::Settings& settings, const std::string& alias);

/// `'msrv' is an alias of '1.80'; …`: it cannot become the name of a linked toolchain.
Error alias_in_use_error(const std::string& alias, const std::string& toolchain);

}  // namespace latchkey::resolve
