#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/cli/output.hpp"

namespace latchkey::cli {

enum class Phase { waiting, downloading, unpacking, installing, retrying, failed };

struct ProgressSetup {
    bool visible = false;  ///< Nothing is ever drawn otherwise.
    bool color = false;
    unsigned columns = 80;
    unsigned rows = 24;
};

/// A line for each component at the lower end of a terminal, redrawn in place on stdout. What is
/// finished scrolls up and stays; log lines go above.
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

    /// `text` replaces the words that the phase has: "for pid 4711 (rustup update)" when waiting,
    /// "Checking..." when installing.
    void phase(Id id, Phase phase, std::string text = {});

    void advance(Id id, std::uint64_t bytes);

    /// A line of its own words, where it is or at the end, with a spinner while it is `awaited`.
    /// `painted` is the same with escapes, for where it fits.
    void say(Id id, const std::string& text, const std::string& painted, bool awaited);

    /// The line stays above, as "installed" or "download failed".
    void finish(Id id);

    /// The line goes without a trace.
    void drop(Id id);

    /// A log line on stderr, above all lines here. Works without a terminal, too.
    void line(std::string_view text);

    /// Draws, but not more often than ten times a second.
    void tick(Time now);

    /// Takes the unfinished lines away.
    void close() noexcept;

private:
    struct Words {
        std::string text;
        std::string painted;
        bool awaited;
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
        double bytes_per_second = 0;
        std::optional<Words> words = {};
    };

    Item* find(Id id);
    void sample(Time now);
    void draw();
    void erase();
    [[nodiscard]] std::string row(const Item& item, bool finished) const;
    [[nodiscard]] std::string row(const Words& words) const;
    [[nodiscard]] char spinner() const;
    [[nodiscard]] std::string status(const Item& item) const;
    [[nodiscard]] std::string transfer(const Item& item, std::string_view verb) const;
    [[nodiscard]] std::size_t bar_width() const;
    [[nodiscard]] std::string fitted(const std::string& name, const std::string& status) const;

    Output& output_;
    ProgressSetup setup_;
    std::vector<Item> items_;
    std::vector<std::string> finished_;  // To be scrolled up with the next frame.
    std::size_t name_width_;
    std::size_t drawn_rows_ = 0;
    std::uint64_t frame_ = 0;
    std::optional<Time> drawn_at_;
    Time now_{};
};

}  // namespace latchkey::cli
