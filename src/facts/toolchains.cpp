#include "latchkey/facts/toolchains.hpp"

#include "latchkey/facts/document.hpp"

namespace latchkey::facts {

namespace json = boost::json;

void set_rustc_version(json::object& object, const std::string& version) {
    const bool is_error = version.starts_with('(');
    object[is_error ? "rustc_error" : "rustc_version"] = text_value(version);
}

json::object toolchain_value(const Toolchain& toolchain) {
    json::object value;
    set_path(value, "name", toolchain.name);
    set_path(value, "path", toolchain.path);
    value["active"] = toolchain.is_active;
    value["default"] = toolchain.is_default;
    if (toolchain.rustc_version) set_rustc_version(value, *toolchain.rustc_version);
    return value;
}

json::object active_value(const resolve::Active& active,
                          const std::optional<std::string>& directory) {
    json::object value;
    set_path(value, "name", resolve::str(active.name));
    value["reason"] = text_value(resolve::reason(active));
    value["source"] = resolve::str(active.source);
    if (!active.location.empty()) set_path(value, "location", active.location);
    if (active.wanted) value["wanted"] = active.wanted->str();
    value["installed"] = directory.has_value();
    if (directory) set_path(value, "path", *directory);
    return value;
}

}  // namespace latchkey::facts
