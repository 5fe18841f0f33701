#include "latchkey/cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "latchkey/base/utf8.hpp"

namespace latchkey::cli {

namespace {

constexpr std::chrono::milliseconds kFrameTime{100};
constexpr std::size_t kNameWidth = 13;  // As in rustup; longer names widen the column.
constexpr std::size_t kVerbWidth = 11;  // "downloading"
constexpr std::size_t kNarrowBar = 5;
constexpr std::size_t kWideBar = 15;
constexpr std::size_t kNumbersWidth = 42;  // Bytes, speed and time left, as `transfer` sets them.
constexpr double kMemorySeconds = 2;       // How far back the speed looks.
constexpr std::string_view kEraseBelow = "\033[J";
constexpr std::string_view kEraseRest = "\033[K";

struct Unit {
    double bytes;
    std::string_view name;
};

Unit unit_for(std::uint64_t bytes) {
    constexpr std::array<Unit, 4> kUnits = {
        {{1, "B"}, {1024, "KiB"}, {1024.0 * 1024, "MiB"}, {1024.0 * 1024 * 1024, "GiB"}}};
    std::size_t at = 0;
    while (at + 1 < kUnits.size() && static_cast<double>(bytes) >= kUnits[at + 1].bytes) ++at;
    return kUnits[at];
}

std::string in_unit(std::uint64_t bytes, const Unit& unit) {
    return fmt::format("{:.{}f}", static_cast<double>(bytes) / unit.bytes, unit.bytes > 1 ? 1 : 0);
}

std::string format_size(std::uint64_t bytes) {
    const Unit unit = unit_for(bytes);
    return fmt::format("{} {}", in_unit(bytes, unit), unit.name);
}

std::string format_duration(std::chrono::duration<double> duration) {
    const auto seconds = static_cast<std::uint64_t>(std::max(0.0, duration.count()));
    if (seconds < 60) return fmt::format("{}s", seconds);
    if (seconds < 3600) return fmt::format("{}m {}s", seconds / 60, seconds % 60);
    return fmt::format("{}h {}m", seconds / 3600, seconds % 3600 / 60);
}

std::string bar(std::uint64_t bytes, std::uint64_t total, std::size_t width) {
    const double share =
        total == 0 ? 1.0 : std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total));
    const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
    return "[" + std::string(full, '#') + std::string(width - full, ' ') + "]";
}

/// Another process's command line may hold anything; a terminal must not obey it.
std::string harmless(std::string_view text) {
    std::string result(text);
    std::replace_if(
        result.begin(), result.end(),
        [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F; },
        '?');
    return result;
}

/// At most so many code points.
std::string_view cut(std::string_view text, std::size_t points) {
    std::size_t at = 0;
    for (; at < text.size() && points > 0; --points) {
        at += std::max<std::size_t>(code_point_length(text.substr(at)), 1);
    }
    return text.substr(0, at);
}

}  // namespace

Progress::Progress(Output& output, ProgressSetup setup)
    : output_(output), setup_(setup), name_width_(kNameWidth) {}

Progress::~Progress() {
    close();
}

void Progress::begin(Id id, std::string name, std::optional<std::uint64_t> total_bytes) {
    if (!setup_.visible) return;
    name = harmless(name);
    name_width_ = std::max(name_width_, name.size());
    Item fresh{.id = id, .name = std::move(name), .total_bytes = total_bytes};
    if (Item* const item = find(id)) {
        fresh.since = item->since;
        *item = std::move(fresh);
    } else {
        items_.push_back(std::move(fresh));
    }
}

void Progress::phase(Id id, Phase phase, std::string text) {
    if (Item* const item = find(id)) {
        item->phase = phase;
        item->text = harmless(text);
    }
}

void Progress::advance(Id id, std::uint64_t bytes) {
    if (Item* const item = find(id)) item->bytes += bytes;
}

void Progress::say(Id id, const std::string& text, const std::string& painted, bool awaited) {
    if (!setup_.visible) return;
    if (find(id) == nullptr) items_.push_back({.id = id, .name = {}, .total_bytes = {}});
    find(id)->words = {harmless(text), painted, awaited};
}

void Progress::finish(Id id) {
    if (const Item* const item = find(id)) {
        finished_.push_back(row(*item, true));
        drop(id);
    }
}

void Progress::drop(Id id) {
    std::erase_if(items_, [id](const Item& item) { return item.id == id; });
}

void Progress::line(std::string_view text) {
    const bool drawn = drawn_rows_ > 0;
    erase();
    std::string whole(text);
    if (!whole.ends_with('\n')) whole += '\n';
    output_.err(whole);
    if (drawn) draw();
}

void Progress::tick(Time now) {
    if (!setup_.visible) return;
    now_ = now;
    if (drawn_at_ && now - *drawn_at_ < kFrameTime) return;
    if (items_.empty() && finished_.empty() && drawn_rows_ == 0) return;
    sample(now);
    drawn_at_ = now;
    ++frame_;
    draw();
}

void Progress::close() noexcept {
    items_.clear();
    if (drawn_rows_ > 0 || !finished_.empty()) draw();
}

Progress::Item* Progress::find(Id id) {
    const auto found = std::find_if(items_.begin(), items_.end(),
                                    [id](const Item& item) { return item.id == id; });
    return found == items_.end() ? nullptr : &*found;
}

void Progress::sample(Time now) {
    const std::chrono::duration<double> passed =
        drawn_at_ ? now - *drawn_at_ : std::chrono::steady_clock::duration::zero();
    for (Item& item : items_) {
        const bool first = !item.since;
        if (first) item.since = now;
        const std::uint64_t fresh = item.bytes - item.sampled_bytes;
        item.sampled_bytes = item.bytes;
        if (first || passed.count() <= 0) continue;
        const double speed = static_cast<double>(fresh) / passed.count();
        const double weight =
            item.bytes_per_second > 0 ? 1 - std::exp(-passed.count() / kMemorySeconds) : 1;
        item.bytes_per_second += weight * (speed - item.bytes_per_second);
    }
}

void Progress::draw() {
    std::string frame;
    if (drawn_rows_ > 0) frame += fmt::format("\033[{}A\r", drawn_rows_);
    const auto add = [&frame](const std::string& text) {
        frame += text;
        frame += kEraseRest;
        frame += '\n';
    };
    for (const std::string& text : finished_) add(text);
    finished_.clear();

    const std::size_t room = std::max(2U, setup_.rows) - 1;  // One for the cursor.
    const bool all = items_.size() <= room;
    const std::size_t shown = all ? items_.size() : room - 1;
    for (std::size_t at = 0; at < shown; ++at) add(row(items_[at], false));
    if (!all) add(fitted("", fmt::format("and {} more", items_.size() - shown)));
    drawn_rows_ = all ? shown : room;
    frame += kEraseBelow;
    output_.draw(frame);
}

void Progress::erase() {
    if (drawn_rows_ == 0) return;
    output_.draw(fmt::format("\033[{}A\r{}", drawn_rows_, kEraseBelow));
    drawn_rows_ = 0;
}

char Progress::spinner() const {
    constexpr std::string_view kSpinner = "|/-\\";
    return kSpinner[frame_ % kSpinner.size()];
}

std::string Progress::row(const Words& words) const {
    const std::size_t room = std::max(2U, setup_.columns) - 1;
    const std::string text = words.text + (words.awaited ? std::string{' ', spinner()} : "");
    const std::string_view seen = cut(text, room);
    if (!setup_.color || seen.size() < text.size()) return std::string(seen);
    if (!words.awaited) return words.painted;
    return fmt::format("{} \033[1m\033[96m{}\033[0m", words.painted, spinner());
}

std::string Progress::row(const Item& item, bool finished) const {
    if (item.words) return row(*item.words);
    if (!finished || item.phase == Phase::failed) return fitted(item.name, status(item));
    const std::uint64_t bytes = item.total_bytes.value_or(item.bytes);
    if (bytes == 0) return fitted(item.name, "installed");
    return fitted(item.name, fmt::format("{:<{}} {:{}} {:>16}", "installed", kVerbWidth, "",
                                         bar_width() + 2, format_size(bytes)));
}

std::string Progress::status(const Item& item) const {
    switch (item.phase) {
        case Phase::waiting:
            return item.text.empty() ? "waiting" : "waiting " + item.text;
        case Phase::downloading:
            return transfer(item, "downloading");
        case Phase::unpacking:
            return transfer(item, "unpacking");
        case Phase::retrying:
            return item.text.empty() ? "retrying download..." : item.text;
        case Phase::installing:
            return fmt::format("{} {}", item.text.empty() ? "installing" : item.text, spinner());
        case Phase::failed:
            break;
    }
    if (!item.text.empty()) return item.text;
    const auto taken =
        item.since ? now_ - *item.since : std::chrono::steady_clock::duration::zero();
    return "download failed after " + format_duration(taken);
}

std::string Progress::transfer(const Item& item, std::string_view verb) const {
    const auto per_second = static_cast<std::uint64_t>(item.bytes_per_second);
    const std::string speed = format_size(per_second) + "/s";
    if (!item.total_bytes) {
        return fmt::format("{:<{}} {:{}} {:>16}{:>13}", verb, kVerbWidth, "", bar_width() + 2,
                           format_size(item.bytes), speed);
    }
    const std::uint64_t total = *item.total_bytes;
    const std::uint64_t left = total - std::min(item.bytes, total);
    const Unit unit = unit_for(total);
    return fmt::format(
        "{:<{}} {} {:>16}{:>13}  ETA {}", verb, kVerbWidth, bar(item.bytes, total, bar_width()),
        fmt::format("{}/{} {}", in_unit(item.bytes, unit), in_unit(total, unit), unit.name), speed,
        per_second == 0 ? "-" : format_duration(std::chrono::seconds(left / per_second)));
}

std::size_t Progress::bar_width() const {
    const std::size_t taken = name_width_ + 1 + kVerbWidth + 1 + 2 + kNumbersWidth + 1;
    const std::size_t room = setup_.columns > taken ? setup_.columns - taken : 0;
    return std::clamp(room, kNarrowBar, kWideBar);
}

std::string Progress::fitted(const std::string& name, const std::string& status) const {
    const std::string text = fmt::format("{:>{}} {}", name, name_width_, status);
    // The last column stays free: terminals differ in what they do after it.
    const std::string_view seen = cut(text, std::max(2U, setup_.columns) - 1);
    const std::size_t indent = name_width_ - name.size();
    if (!setup_.color || name.empty() || seen.size() <= name_width_) return std::string(seen);
    return fmt::format("{}\033[1m{}\033[0m{}", seen.substr(0, indent), name,
                       seen.substr(name_width_));
}

}  // namespace latchkey::cli
