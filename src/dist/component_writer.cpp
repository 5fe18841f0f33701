#include "component_writer.hpp"

#include "latchkey/dist/toml_text.hpp"

namespace latchkey::dist {

void append_component(std::string& out, const Component& component) {
    out += "pkg = " + toml_string(component.pkg);
    out += "\ntarget = " + toml_string(component.target_text());
    out += component.is_extension ? "\nis_extension = true\n" : "\nis_extension = false\n";
}

}  // namespace latchkey::dist
