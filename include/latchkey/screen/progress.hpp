#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/screen/output.hpp"

namespace latchkey::screen {

class RedrawnBlock;

enum class Phase { waiting, downloading, unpacking, installing, retrying, failed };

struct ProgressSetup {
    bool visible = false;  ///< Nothing is ever drawn otherwise.
    /// Only what is finished is printed, line by line: for what does not move a cursor.
    bool plain = false;
    bool color = false;
    unsigned columns = 80;
    unsigned rows = 24;

    struct Size {
        unsigned columns;
        unsigned rows;
    };
    /// Asked before each frame, for terminals change; unset: `columns` and `rows` stay.
    std::function<Size()> find_size = {};
};

/// A line for each component at the lower end of a terminal, redrawn in place on stdout, and a line
/// for all of them where there are several. What is finished scrolls up and stays; log lines go
/// above. Where lines are more than rows, those show at which something happens.
///
/// A frame is one write, begins where the last one began, and leaves the cursor below it, so a
/// process that is killed leaves a usable terminal. Time comes from outside, with every tick.
///
/// Thread: one at a time. Neither moves nor copies.
class Progress {
public:
    using Id = std::uint64_t;
    using Time = std::chrono::steady_clock::time_point;

    /// Requires: `output` outlives this.
    Progress(Output& output, ProgressSetup setup);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// A new line at the end; for an id that is there, its line from zero again.
    void begin(Id id, std::string name, std::optional<std::uint64_t> total_bytes);

    /// How many bytes there will be.
    void total(Id id, std::uint64_t bytes);

    /// Bytes that were there before: they are progress, and no speed.
    void resume(Id id, std::uint64_t bytes);

    /// Bytes that came.
    void advance(Id id, std::uint64_t bytes);

    /// `text` replaces the words that the phase has: "for pid 4711 (rustup update)" when waiting,
    /// "Checking..." when installing.
    void phase(Id id, Phase phase, std::string text = {});

    /// A line of its own words, where it is or at the end, with a spinner while it is `awaited`.
    /// `painted` is the same with escapes for colours.
    void say(Id id, const std::string& text, const std::string& painted, bool awaited);

    /// The line stays above, as "installed" or "download failed".
    void finish(Id id);

    /// The line goes without a trace.
    void drop(Id id);

    /// A log line on stderr, above all lines here. Works without a terminal, too.
    void line(std::string_view text);

    /// Draws, but not more often than ten times a second.
    void tick(Time now);

    /// Whether ticks draw anything.
    [[nodiscard]] bool moves() const noexcept { return setup_.visible && !setup_.plain; }

    /// Takes the unfinished lines away.
    void close() noexcept;

private:
    struct Words {
        std::string text;
        bool awaited;
    };
    /// The mean of the last seconds, and of all of them while they are few.
    struct Rate {
        double bytes_per_second = 0;
        double seconds = 0;  // Since bytes came first.

        void learn(std::uint64_t bytes, double passed_seconds);
    };
    struct Item {
        Id id;
        std::string name;
        std::optional<std::uint64_t> total_bytes;
        std::uint64_t bytes = 0;
        Phase phase = Phase::downloading;
        std::string text = {};
        std::optional<Time> since = {};  // When the first tick saw it.
        std::uint64_t sampled_bytes = 0;
        Rate rate = {};
        std::optional<Words> words = {};
    };
    // Those that began before the last one of them had ended.
    struct Together {
        std::size_t done = 0;
        std::uint64_t done_bytes = 0;
        std::uint64_t fresh_bytes = 0;  // Of what is done, since the last sample.
        Rate rate = {};
    };

    Item* find(Id id);
    void take_out(Id id);
    void sample(Time now);
    void draw();
    [[nodiscard]] std::vector<std::string> rows() const;
    [[nodiscard]] std::size_t count_components() const;
    [[nodiscard]] std::string row(const Item& item, bool finished) const;
    [[nodiscard]] std::string row(const Words& words) const;
    [[nodiscard]] std::string total_row(std::size_t unfinished) const;
    [[nodiscard]] char spinner() const;
    [[nodiscard]] std::string status(const Item& item) const;
    [[nodiscard]] std::string transfer(const Item& item, std::string_view verb) const;
    [[nodiscard]] std::size_t room() const;
    [[nodiscard]] std::size_t name_width() const;
    [[nodiscard]] std::string named(std::string_view name, const std::string& status) const;

    Output& output_;
    ProgressSetup setup_;
    std::vector<Item> items_;
    std::vector<std::string> finished_;  // To be scrolled up with the next frame.
    Together together_;
    std::size_t longest_name_;
    std::unique_ptr<RedrawnBlock> block_;
    std::uint64_t frame_ = 0;
    std::optional<Time> drawn_at_;
    Time now_{};
};

}  // namespace latchkey::screen
