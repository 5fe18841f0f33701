#pragma once

#include <string>
#include <vector>

#include "context.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::cli {

/// One line of `component list` or `target list`.
struct ListLine {
    std::string name;
    bool installed = false;
};

/// The form of a list: `--installed`, `--quiet`.
struct ListForm {
    bool installed_only = false;
    bool bare = false;

    static ListForm of(const args::Invocation& invocation) {
        return {invocation.flag("installed"), invocation.flag("quiet")};
    }
};

/// The text of a list. Installed lines are marked, unless only those are shown or the form is bare.
std::string list_text(const std::vector<ListLine>& lines, ListForm form, bool color);

/// The list for a document: an object for each line, `name` and `installed`.
boost::json::array list_values(const std::vector<ListLine>& lines, ListForm form);

/// Loads the lines of `component list` or `target list` for a toolchain.
using LoadLines = task::awaitable<std::vector<ListLine>> (*)(Context&, resolve::Name);

/// Runs `component list` or `target list`.
task::awaitable<int> run_list(Context& context, args::Invocation invocation, LoadLines load_lines);

/// Lines for names that are all installed.
std::vector<ListLine> installed_lines(const std::vector<std::string>& names);

}  // namespace latchkey::cli
