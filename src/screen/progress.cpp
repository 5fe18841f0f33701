#include "latchkey/screen/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "latchkey/base/printable.hpp"
#include "latchkey/screen/paint.hpp"
#include "latchkey/screen/redrawn_block.hpp"
#include "latchkey/screen/size_text.hpp"
#include "latchkey/screen/terminal_line.hpp"

namespace latchkey::screen {

namespace {

constexpr std::chrono::milliseconds kFrameTime{100};
constexpr std::size_t kNameWidth = 13;  // As in rustup; longer names widen the column.
constexpr std::size_t kVerbWidth = 11;  // "downloading"
constexpr std::size_t kNarrowBar = 5;
constexpr std::size_t kWideBar = 15;
constexpr std::size_t kBarFrame = 3;  // " []"
constexpr std::size_t kSizeWidth = 17;
constexpr std::size_t kSpeedWidth = 13;
constexpr std::size_t kTimeLeftWidth = 12;  // "  ETA 1h 59m"
constexpr double kMemorySeconds = 2;        // How far back the speed looks.

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

/// What a line has room for behind its verb, the least important left out first.
struct Layout {
    std::size_t bar = 0;
    bool size = false;
    bool speed = false;
    bool time_left = false;
};

Layout layout_for(std::size_t room) {
    const auto bar = [room](std::size_t numbers) {
        return std::clamp(room - numbers - kBarFrame, kNarrowBar, kWideBar);
    };
    constexpr std::size_t kBar = kNarrowBar + kBarFrame;
    if (room >= kBar + kSizeWidth + kSpeedWidth + kTimeLeftWidth) {
        return {bar(kSizeWidth + kSpeedWidth + kTimeLeftWidth), true, true, true};
    }
    if (room >= kBar + kSizeWidth + kSpeedWidth) {
        return {bar(kSizeWidth + kSpeedWidth), true, true, false};
    }
    if (room >= kBar + kSizeWidth) return {bar(kSizeWidth), true, false, false};
    if (room >= kSizeWidth) return {0, true, false, false};
    return {room >= kBar ? room - kBarFrame : 0, false, false, false};
}

}  // namespace

Progress::Progress(Output& output, ProgressSetup setup)
    : output_(output),
      setup_(std::move(setup)),
      longest_name_(kNameWidth),
      block_(std::make_unique<RedrawnBlock>()) {}

Progress::~Progress() {
    close();
}

void Progress::begin(Id id, std::string name, std::optional<std::uint64_t> total_bytes) {
    if (!setup_.visible) return;
    name = printable_line(name);
    longest_name_ = std::max(longest_name_, columns_of(name));
    Item fresh{.id = id, .name = std::move(name), .total_bytes = total_bytes};
    if (Item* const item = find(id)) {
        fresh.since = item->since;
        *item = std::move(fresh);
    } else {
        items_.push_back(std::move(fresh));
    }
}

void Progress::total(Id id, std::uint64_t bytes) {
    if (Item* const item = find(id)) item->total_bytes = bytes;
}

void Progress::resume(Id id, std::uint64_t bytes) {
    if (Item* const item = find(id)) {
        item->bytes += bytes;
        item->sampled_bytes += bytes;
    }
}

void Progress::advance(Id id, std::uint64_t bytes) {
    if (Item* const item = find(id)) item->bytes += bytes;
}

void Progress::phase(Id id, Phase phase, std::string text) {
    if (Item* const item = find(id)) {
        item->phase = phase;
        item->text = printable_line(text);
    }
}

void Progress::say(Id id, const std::string& text, const std::string& painted, bool awaited) {
    if (!setup_.visible) return;
    if (find(id) == nullptr) items_.push_back({.id = id, .name = {}, .total_bytes = {}});
    find(id)->words = {setup_.color ? printable_painted(painted) : printable_line(text), awaited};
}

void Progress::finish(Id id) {
    const Item* const item = find(id);
    if (item == nullptr) return;
    if (setup_.plain) {
        output_.draw(cut_to_columns(row(*item, true), setup_.columns) + "\n");
    } else {
        finished_.push_back(row(*item, true));
    }
    ++together_.done;
    together_.done_bytes += item->bytes;
    together_.fresh_bytes += item->bytes - item->sampled_bytes;
    take_out(id);
}

void Progress::drop(Id id) {
    take_out(id);
}

void Progress::take_out(Id id) {
    std::erase_if(items_, [id](const Item& item) { return item.id == id; });
    if (count_components() > 0) return;
    together_ = {};
    longest_name_ = kNameWidth;
}

void Progress::line(std::string_view text) {
    const bool drawn = !block_->empty();
    if (drawn) output_.draw(block_->erased(setup_.columns, setup_.rows));
    std::string whole(text);
    if (!whole.ends_with('\n')) whole += '\n';
    output_.err(whole);
    if (drawn) draw();
}

void Progress::tick(Time now) {
    if (!moves()) return;
    now_ = now;
    if (drawn_at_ && now - *drawn_at_ < kFrameTime) return;
    if (items_.empty() && finished_.empty() && block_->empty()) return;
    sample(now);
    drawn_at_ = now;
    ++frame_;
    draw();
}

void Progress::close() noexcept {
    items_.clear();
    together_ = {};
    if (!block_->empty() || !finished_.empty()) draw();
}

Progress::Item* Progress::find(Id id) {
    const auto found = std::find_if(items_.begin(), items_.end(),
                                    [id](const Item& item) { return item.id == id; });
    return found == items_.end() ? nullptr : &*found;
}

std::size_t Progress::count_components() const {
    return static_cast<std::size_t>(
        std::count_if(items_.begin(), items_.end(), [](const Item& item) { return !item.words; }));
}

void Progress::Rate::learn(std::uint64_t bytes, double passed_seconds) {
    if (passed_seconds <= 0 || (bytes == 0 && seconds == 0)) return;
    seconds += passed_seconds;
    const double weight =
        std::max(passed_seconds / seconds, 1 - std::exp(-passed_seconds / kMemorySeconds));
    bytes_per_second += weight * (static_cast<double>(bytes) / passed_seconds - bytes_per_second);
}

void Progress::sample(Time now) {
    const std::chrono::duration<double> passed =
        drawn_at_ ? now - *drawn_at_ : std::chrono::steady_clock::duration::zero();
    std::uint64_t all_fresh = std::exchange(together_.fresh_bytes, 0);
    for (Item& item : items_) {
        const std::uint64_t fresh = item.bytes - item.sampled_bytes;
        item.sampled_bytes = item.bytes;
        if (item.since) {
            item.rate.learn(fresh, passed.count());
            all_fresh += fresh;
        } else {
            item.since = now;
        }
    }
    together_.rate.learn(all_fresh, passed.count());
}

void Progress::draw() {
    if (setup_.find_size) {
        const ProgressSetup::Size size = setup_.find_size();
        setup_.columns = size.columns;
        setup_.rows = size.rows;
    }
    output_.draw(block_->frame(rows(), setup_.columns, setup_.rows, finished_));
    finished_.clear();
}

std::vector<std::string> Progress::rows() const {
    const std::size_t unfinished = count_components();
    const bool has_total = unfinished > 1;
    const std::size_t room = std::max(2U, setup_.rows) - 1 - (has_total ? 1 : 0);
    const auto is_active = [](const Item& item) {
        return item.words || item.phase != Phase::waiting || !item.text.empty();
    };
    const auto active =
        static_cast<std::size_t>(std::count_if(items_.begin(), items_.end(), is_active));
    // The total counts what is not shown; without one, the block does.
    std::size_t idle_room = room - std::min(room, active);
    std::vector<std::string> lines;
    for (const Item& item : items_) {
        if (has_total && !is_active(item) && idle_room == 0) continue;
        if (has_total && lines.size() == room) break;
        if (!is_active(item) && idle_room > 0) --idle_room;
        lines.push_back(row(item, false));
    }
    if (has_total) lines.push_back(total_row(unfinished));
    return lines;
}

char Progress::spinner() const {
    constexpr std::string_view kSpinner = "|/-\\";
    return kSpinner[frame_ % kSpinner.size()];
}

std::string Progress::row(const Words& words) const {
    if (!words.awaited) return words.text;
    if (!setup_.color) return fmt::format("{} {}", words.text, spinner());
    return fmt::format("{} \033[1m\033[96m{}\033[0m", words.text, spinner());
}

std::string Progress::row(const Item& item, bool finished) const {
    if (item.words) return row(*item.words);
    if (!finished || item.phase == Phase::failed) return named(item.name, status(item));
    const std::uint64_t bytes = item.total_bytes.value_or(item.bytes);
    const std::string word = painted(Paint::good, "installed", setup_.color);
    if (bytes == 0) return named(item.name, word);
    const Layout layout = layout_for(room());
    const std::size_t indent = layout.bar > 0 ? layout.bar + kBarFrame : 0;
    return named(item.name,
                 fmt::format("{}  {:>{}}", word, size_text(bytes),
                             layout.size ? indent + kSizeWidth : std::max(indent, kSpeedWidth)));
}

std::string Progress::total_row(std::size_t unfinished) const {
    Item all{.id = 0, .name = "total", .total_bytes = together_.done_bytes};
    all.bytes = together_.done_bytes;
    all.rate = together_.rate;
    for (const Item& item : items_) {
        if (item.words) continue;
        all.bytes += item.bytes;
        if (!item.total_bytes) all.total_bytes.reset();
        if (all.total_bytes) *all.total_bytes += *item.total_bytes;
    }
    const std::string count =
        fmt::format("{}/{} done", together_.done, together_.done + unfinished);
    if (layout_for(room()).speed) return named(all.name, transfer(all, count));
    const std::string name = setup_.color ? "\033[1mtotal\033[0m" : "total";
    return fmt::format("{} {} {} {}/s", name, count, size_text(all.bytes),
                       size_text(static_cast<std::uint64_t>(all.rate.bytes_per_second)));
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
    const Layout layout = layout_for(room());
    std::string text = fmt::format("{:<{}}", verb, kVerbWidth);
    const std::uint64_t total = item.total_bytes.value_or(0);
    if (!layout.size && !item.total_bytes) {
        text += ' ' + size_text(item.bytes);
    } else if (layout.bar == 0 && !layout.size) {
        text += fmt::format(" {}%", total > 0 ? std::min(item.bytes, total) * 100 / total : 100);
    } else if (layout.bar > 0) {
        text += ' ';
        text += item.total_bytes ? bar(item.bytes, total, layout.bar)
                                 : std::string(layout.bar + kBarFrame - 1, ' ');
    }
    if (layout.size) {
        const SizeUnit unit = size_unit(total);
        text += fmt::format(" {:>16}", item.total_bytes
                                           ? fmt::format("{}/{} {}", in_unit(item.bytes, unit),
                                                         in_unit(total, unit), unit.name)
                                           : size_text(item.bytes));
    }
    if (item.phase == Phase::unpacking) {
        // All has come; how much of it the decoder has read is not known.
        text += fmt::format(" {}", spinner());
        return text;
    }
    const auto per_second = static_cast<std::uint64_t>(item.rate.bytes_per_second);
    if (layout.speed) text += fmt::format("{:>13}", size_text(per_second) + "/s");
    if (layout.time_left && item.total_bytes) {
        const std::uint64_t left = total - std::min(item.bytes, total);
        text += "  ETA ";
        text += per_second == 0 ? "-" : format_duration(std::chrono::seconds(left / per_second));
    }
    return text;
}

std::size_t Progress::room() const {
    const std::size_t taken = name_width() + 1 + kVerbWidth + 1;  // The last column stays free.
    return setup_.columns > taken ? setup_.columns - taken : 0;
}

std::size_t Progress::name_width() const {
    // A target is the end of a name, and tells it from others: a bar and the size leave room for
    // it.
    constexpr std::size_t kRest = 1 + kVerbWidth + 1 + kNarrowBar + kBarFrame + kSizeWidth;
    const std::size_t left = setup_.columns > kRest ? setup_.columns - kRest : 0;
    return std::min(longest_name_, std::max(kNameWidth, left));
}

std::string Progress::named(std::string_view name, const std::string& status) const {
    const std::string shown = cut_to_columns(name, static_cast<unsigned>(name_width()) + 1);
    const std::string indent(name_width() - columns_of(shown), ' ');
    if (!setup_.color) return fmt::format("{}{} {}", indent, shown, status);
    return fmt::format("{}\033[1m{}\033[0m {}", indent, shown, status);
}

}  // namespace latchkey::screen
