#include "component_list.hpp"

#include "active_toolchain.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/screen/paint.hpp"

namespace latchkey::cli {

std::string list_text(const std::vector<ListLine>& lines, ListForm form, bool color) {
    std::string text;
    for (const ListLine& line : lines) {
        if (form.installed_only && !line.installed) continue;
        if (line.installed && !form.installed_only && !form.bare) {
            text += screen::painted(screen::Paint::bold, line.name, color) + " " +
                    screen::painted(screen::Paint::note, "(installed)", color);
        } else {
            text += line.name;
        }
        text += "\n";
    }
    return text;
}

boost::json::array list_values(const std::vector<ListLine>& lines, ListForm form) {
    boost::json::array values;
    for (const ListLine& line : lines) {
        if (form.installed_only && !line.installed) continue;
        boost::json::object value;
        value["name"] = facts::text_value(line.name);
        value["installed"] = line.installed;
        values.push_back(std::move(value));
    }
    return values;
}

std::vector<ListLine> installed_lines(const std::vector<std::string>& names) {
    std::vector<ListLine> lines;
    for (const std::string& name : names) lines.push_back({name, true});
    return lines;
}

task::awaitable<int> run_list(Context& context, args::Invocation invocation, LoadLines load_lines) {
    context.output().tolerate_broken_pipe();
    const resolve::Name toolchain =
        co_await require_toolchain(context, invocation.value("toolchain"));
    const std::vector<ListLine> lines = co_await load_lines(context, toolchain);
    if (context.json()) {
        const bool of_targets = invocation.command() == "target list";
        boost::json::object document =
            facts::make_document(of_targets ? "target-list" : "component-list");
        facts::set_path(document, "toolchain", resolve::str(toolchain));
        document[of_targets ? "targets" : "components"] =
            list_values(lines, ListForm::of(invocation));
        context.print_document(document);
        co_return 0;
    }
    context.print(list_text(lines, ListForm::of(invocation), context.color()));
    co_return 0;
}

}  // namespace latchkey::cli
