#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "commands.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/facts/lock_list.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/lock/seen_range.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/platform/stream.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/platform/terminal.hpp"
#include "latchkey/screen/redrawn_block.hpp"
#include "latchkey/screen/terminal_style.hpp"
#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/store/key_names.hpp"
#include "latchkey/task/pause.hpp"

namespace latchkey::cli {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);

/// What the kernel says now, in words.
std::vector<facts::LockRow> look(const store::Home& home, const lock::LockFile& cargo_home,
                                 store::KeyNames& names) {
    names.add(home);  // Before, for what is gone afterwards; and after, for what is new.
    std::vector<lock::SeenRange> ranges = lock::find_seen_ranges(home.lock_file());
    if (cargo_home.path() != home.lock_file().path()) {
        std::ranges::copy(lock::find_seen_ranges(cargo_home), std::back_inserter(ranges));
    }
    names.add(home);
    std::vector<facts::LockRow> rows;
    for (const lock::SeenRange& range : ranges) {
        for (facts::LockRow& row : facts::make_rows(range, names, home)) {
            if (row.process) {
                if (platform::has_ended(*row.process)) continue;  // Since it was seen.
                row.command = printable_line(lock::describe_command(*row.process));
                row.process_started = platform::find_start_time(*row.process);
            } else {
                row.command = lock::kUnseenProcess;
            }
            rows.push_back(std::move(row));
        }
    }
    facts::tidy_rows(rows);
    return rows;
}

/// Lines with their ends. `columns`: of a terminal.
std::vector<std::string> table(const std::vector<facts::LockRow>& rows, const store::Home& home,
                               const facts::LockListForm& form) {
    if (!rows.empty()) return facts::lock_lines(facts::grouped_rows(rows), form);
    return {"No process holds or awaits a range in '" + home.root() + "'."};
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

/// A watch's way of showing: over the last frame, or below it when something has changed.
class Display {
public:
    Display(Context& context, bool as_json)
        : context_(context),
          json_(as_json),
          redraws_(redraws(context, as_json || context.json())) {}

    void show(const std::vector<facts::LockRow>& rows, facts::WallTime now) {
        if (!began_) began_ = now;
        if (context_.json()) {
            show_changed_document(rows);
            return;
        }
        if (json_) {
            show_changed(facts::lock_json(rows, true) + "\n", "");
            return;
        }
        facts::LockListForm form{
            .columns = std::nullopt, .watched = true, .now = now, .began = *began_};
        if (!redraws_) {
            const std::string time = platform::format_local_time(now, now);
            show_changed(joined(table(rows, context_.home(), form)), time + "\n");
            return;
        }
        form.columns = screen::progress_columns(context_.environment(),
                                                platform::terminal_columns(STDOUT_FILENO));
        const unsigned rows_there = platform::terminal_rows(STDOUT_FILENO);
        std::vector<std::string> lines = table(rows, context_.home(), form);
        lines.insert(lines.begin(), platform::format_local_time(now, now) + "  ^C ends");
        context_.output().out(
            block_.frame(lines, *form.columns, rows_there == 0 ? 24 : rows_there));
    }

private:
    static bool redraws(const Context& context, bool as_json) {
        return !as_json &&
               screen::can_redraw(context.environment(), platform::is_terminal(STDOUT_FILENO));
    }

    void show_changed_document(const std::vector<facts::LockRow>& rows) {
        const boost::json::object document = facts::lock_document(rows);
        std::string text = facts::document_text(document);
        if (text == last_) return;
        last_ = std::move(text);
        context_.print_next_document(document);
    }

    void show_changed(const std::string& text, const std::string& heading) {
        if (text == last_) return;
        const bool apart = !heading.empty() && !last_.empty();
        last_ = text;
        context_.print((apart ? "\n" : "") + heading + text);
    }

    Context& context_;
    bool json_;
    bool redraws_;
    screen::RedrawnBlock block_;
    std::string last_;
    std::optional<facts::WallTime> began_;
};

task::awaitable<void> watch(Context& context, bool as_json) {
    const store::Home home = context.home();
    store::KeyNames names;
    facts::FirstSeen first_seen;
    Display display(context, as_json);
    const lock::LockFile cargo_home = setup::lock_file_of(context.site().variables.cargo_home);
    auto job = [&home, &cargo_home, &names](const OnWorker&) {
        return look(home, cargo_home, names);
    };
    for (;;) {
        std::vector<facts::LockRow> rows = co_await task::offload(context.loop().workers(), job);
        const facts::WallTime now = std::chrono::system_clock::now();
        first_seen.mark(rows, now);
        display.show(rows, now);
        co_await task::pause(kInterval);
    }
}

task::awaitable<int> run_locks(Context& context, args::Invocation invocation) {
    const bool as_json = invocation.flag("json");
    if (invocation.flag("watch")) co_await watch(context, as_json);
    context.output().tolerate_broken_pipe();
    const store::Home home = context.home();
    store::KeyNames names;
    const lock::LockFile cargo_home = setup::lock_file_of(context.site().variables.cargo_home);
    auto job = [&home, &cargo_home, &names](const OnWorker&) {
        return look(home, cargo_home, names);
    };
    const std::vector<facts::LockRow> rows = co_await task::offload(context.loop().workers(), job);
    if (context.json()) {
        context.print_document(facts::lock_document(rows));
        co_return 0;
    }
    if (as_json) {
        context.print(facts::lock_json(rows, false) + "\n");
        co_return 0;
    }
    facts::LockListForm form{.columns = std::nullopt, .now = std::chrono::system_clock::now()};
    if (platform::is_terminal(STDOUT_FILENO)) {
        form.columns = screen::progress_columns(context.environment(),
                                                platform::terminal_columns(STDOUT_FILENO));
    }
    context.print(joined(table(rows, home, form)));
    co_return 0;
}

}  // namespace

CommandEntries locks_commands() {
    static constexpr std::array kEntries = {CommandEntry{
        .path = "locks", .run = run_locks, .reads_settings = false, .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
