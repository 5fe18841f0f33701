#include "latchkey/facts/lock_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "latchkey/facts/document.hpp"
#include "latchkey/lock/holder.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/screen/terminal_line.hpp"
#include "latchkey/store/place_groups.hpp"

namespace latchkey::facts {
namespace {

namespace json = boost::json;

constexpr std::array kKinds = {lock::Kind::toolchain,  lock::Kind::unpack, lock::Kind::settings,
                               lock::Kind::cargo_home, lock::Kind::pin,    lock::Kind::directory,
                               lock::Kind::use};

/// The kind of the key or mark whose byte this is; empty for the bytes that no kind has.
std::optional<lock::Kind> kind_of(std::uint64_t byte) {
    const auto number = static_cast<std::size_t>(byte % 16 / 2);
    if (number >= kKinds.size()) return std::nullopt;
    return static_cast<lock::Kind>(number);
}

/// In which mode a key of this kind is waited for, by the rules of the locks.
lock::Mode awaited_mode(lock::Kind kind) {
    const bool shared =
        kind == lock::Kind::pin || kind == lock::Kind::use || kind == lock::Kind::directory;
    return shared ? lock::Mode::shared : lock::Mode::exclusive;
}

std::size_t rank(const LockRow& row) {
    for (std::size_t at = 0; at < kKinds.size(); ++at) {
        if (row.kind == lock::kind_name(kKinds[at])) return at;
    }
    return kKinds.size();
}

std::string bytes_text(const LockRow& row) {
    if (row.first == row.last) return std::to_string(row.first);
    return fmt::format("{}-{}", row.first, row.last);
}

std::string since_text(const LockRow& row, const LockListForm& form) {
    if (!form.watched) {
        return row.process_started ? platform::format_local_time(*row.process_started, form.now)
                                   : "?";
    }
    if (row.first_seen) return platform::format_local_time(*row.first_seen, form.now);
    return "before " + platform::format_local_time(form.began, form.now);
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t points = screen::columns_of(text);
    return points < width ? text + std::string(width - points, ' ') : text;
}

using Cells = std::array<std::string, 6>;  // Without the command.

Cells cells_of(const LockRow& row, const LockListForm& form) {
    return {row.waits ? "WAITS" : "HOLDS",
            row.kind.empty() ? "-" : row.kind,
            row.what,
            row.mode == lock::Mode::exclusive ? "exclusive" : "shared",
            since_text(row, form),
            row.process ? std::to_string(*row.process) : "?"};
}

/// A row with only what is known of it.
json::object range_value(const LockRow& row) {
    json::object value;
    value["state"] = row.waits ? "waits" : "holds";
    if (!row.kind.empty()) value["range"] = row.kind;
    if (row.name) facts::set_path(value, "name", *row.name);
    value["byte"] = bytes_text(row);
    value["description"] = facts::text_value(row.what);
    value["mode"] = row.mode == lock::Mode::exclusive ? "exclusive" : "shared";
    if (row.process) {
        value["pid"] = *row.process;
        value["command"] = facts::text_value(row.command);
    }
    if (row.process_started) value["process_started"] = platform::format_time(*row.process_started);
    if (row.first_seen) value["first_seen"] = platform::format_time(*row.first_seen);
    return value;
}

json::value time_value(const std::optional<WallTime>& time) {
    if (!time) return nullptr;
    return json::string(platform::format_time(*time));
}

}  // namespace

std::vector<LockRow> make_rows(const lock::SeenRange& range, const store::KeyNames& names,
                               const store::Home& home) {
    std::vector<LockRow> rows;
    LockRow row{.first = range.first, .last = range.last, .kind = "", .what = ""};
    row.mode = range.mode;
    row.process = range.process;
    if (range.last - range.first > 1) {
        constexpr std::uint64_t kLastByte = INT64_MAX;  // Of any file.
        row.what = range.first == 0 && range.last >= kLastByte
                       ? "every key"
                       : fmt::format("every key from byte {} to {}", range.first, range.last);
        rows.push_back(std::move(row));
        return rows;
    }
    for (std::uint64_t byte = range.first;; ++byte) {
        LockRow each = row;
        each.waits = byte % 2 == 1;
        const std::uint64_t lane = byte - byte % 2;
        each.first = each.last = lane;
        const auto kind = kind_of(byte);
        if (kind) {
            each.kind = lock::kind_name(*kind);
            if (each.waits) each.mode = awaited_mode(*kind);
        }
        if (const lock::Key* key = names.find(lane)) {
            each.name = key->name();
            each.what = store::describe_key(home, *key);
        } else {
            each.what = fmt::format("unknown key, byte {}", lane);
        }
        rows.push_back(std::move(each));
        if (byte == range.last) return rows;
    }
}

void tidy_rows(std::vector<LockRow>& rows) {
    const auto place = [](const LockRow& row) {
        return std::tuple(rank(row), std::string_view(row.what), row.first, row.last, row.waits,
                          row.process.value_or(0));
    };
    const auto same = [&place](const LockRow& a, const LockRow& b) {
        return a.process && place(a) == place(b) && a.mode == b.mode;
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&place](const LockRow& a, const LockRow& b) { return place(a) < place(b); });
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
}

std::vector<LockRow> grouped_rows(const std::vector<LockRow>& rows) {
    std::vector<store::PlaceRange> ranges;
    for (const LockRow& row : rows) {
        store::PlaceRange range =
            store::parse_place_range(row.kind, row.name.value_or("")).value_or(store::PlaceRange{});
        range.process = row.process;
        range.mode = row.mode;
        range.waits = row.waits;
        ranges.push_back(std::move(range));
    }
    std::vector<LockRow> grouped;
    for (const store::PlaceGroup& group : store::group_ranges(ranges)) {
        LockRow row = rows[group.members.front()];
        if (!group.what.empty()) {
            row.kind = lock::kind_name(lock::Kind::use);
            row.what = group.what;
        }
        for (const std::size_t member : group.members) {
            // Without a time it was there before the watch.
            row.first_seen = std::min(row.first_seen, rows[member].first_seen);
        }
        grouped.push_back(std::move(row));
    }
    return grouped;
}

void FirstSeen::mark(std::vector<LockRow>& rows, WallTime now) {
    std::map<Sighting, std::optional<WallTime>> times;
    for (LockRow& row : rows) {
        const Sighting sighting{row.process.value_or(0), row.process_started, row.first, row.last,
                                row.waits};
        const auto known = times_.find(sighting);
        if (known != times_.end()) {
            row.first_seen = known->second;
        } else if (began_) {
            row.first_seen = now;
        }
        times.emplace(sighting, row.first_seen);
    }
    times_ = std::move(times);
    if (!began_) began_ = now;
}

std::vector<std::string> lock_lines(const std::vector<LockRow>& rows, const LockListForm& form) {
    std::vector<Cells> table;
    table.push_back(
        {"", "RANGE", "OF", "MODE", form.watched ? "FIRST SEEN" : "PROCESS STARTED", "PID"});
    for (const LockRow& row : rows) table.push_back(cells_of(row, form));
    std::array<std::size_t, 6> widths{};
    std::size_t width = 0;
    for (std::size_t column = 0; column < widths.size(); ++column) {
        for (const Cells& cells : table) {
            widths[column] = std::max(widths[column], screen::columns_of(cells[column]));
        }
        width += widths[column] + 2;
    }
    constexpr std::size_t kCommandRoom = 24;
    const bool broken = form.columns && width + kCommandRoom > *form.columns;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < table.size(); ++at) {
        const Cells& cells = table[at];
        const std::string command = at == 0 ? "COMMAND" : rows[at - 1].command;
        std::string line;
        if (broken) {
            // Who it is matters more than the rest, and comes where nothing is cut.
            const std::string margin(widths[0] + 2, ' ');
            lines.push_back(padded(cells[0], widths[0]) + "  " + padded(cells[1], widths[1]) +
                            "  " + cells[2]);
            line = margin + padded(cells[5], widths[5]) + "  " + padded(cells[3], widths[3]) +
                   "  " + padded(cells[4], widths[4]) + "  " + command;
        } else {
            for (std::size_t column = 0; column < cells.size(); ++column) {
                line += padded(cells[column], widths[column]) + "  ";
            }
            line += command;
        }
        lines.push_back(std::move(line));
    }
    if (form.columns) {
        for (std::string& line : lines) line = screen::cut_to_columns(line, *form.columns);
    }
    return lines;
}

std::string lock_json(const std::vector<LockRow>& rows, bool watched) {
    json::array array;
    for (const LockRow& row : rows) {
        json::object object;
        object["state"] = row.waits ? "waits" : "holds";
        object["kind"] = row.kind.empty() ? json::value(nullptr) : json::value(row.kind);
        object["name"] = row.name ? json::value(*row.name) : json::value(nullptr);
        object["byte"] = bytes_text(row);
        object["description"] = row.what;
        object["mode"] = row.mode == lock::Mode::exclusive ? "exclusive" : "shared";
        object["pid"] = row.process ? json::value(*row.process) : json::value(nullptr);
        object["command"] = row.process ? json::value(row.command) : json::value(nullptr);
        object["process_started"] = time_value(row.process_started);
        if (watched) object["first_seen"] = time_value(row.first_seen);
        array.push_back(std::move(object));
    }
    return json::serialize(array);
}

json::object lock_document(const std::vector<LockRow>& rows) {
    json::object document = facts::make_document("locks");
    json::array& ranges = document["ranges"].emplace_array();
    for (const LockRow& row : rows) ranges.push_back(range_value(row));
    return document;
}

}  // namespace latchkey::facts
