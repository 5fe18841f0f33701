#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "latchkey/resolve/active.hpp"

namespace latchkey::facts {

/// An installed toolchain, as lists tell it.
struct Toolchain {
    std::string name;
    std::string path;  ///< Where tools run from; of a link, its target.
    bool is_active = false;
    bool is_default = false;
    std::optional<std::string> rustc_version = {};  ///< As Engine::rustc_version() says it.
};

/// Keys: `name`, `path`, `active`, `default`; `rustc_version`, or `rustc_error` in place of it.
boost::json::object toolchain_value(const Toolchain& toolchain);

/// Sets `rustc_version`, or `rustc_error` if the compiler did not tell one.
void set_rustc_version(boost::json::object& object, const std::string& version);

/// Keys: `name`, `reason` as people read it, `source` (`cli`, `env`, `path-override`,
/// `toolchain-file`, `default`), `location` of an override or a file, `installed`, `path`.
///
/// `directory`: empty if it is not installed.
boost::json::object active_value(const resolve::Active& active,
                                 const std::optional<std::string>& directory);

}  // namespace latchkey::facts
