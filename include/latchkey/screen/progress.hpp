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

/// What a line of the display says about its component.
enum class Phase { waiting, downloading, unpacking, installing, retrying, failed };

/// What the display may do. Units: columns and rows of the terminal.
struct ProgressSetup {
    bool visible = false;  ///< False: nothing is ever drawn.
    /// Prints only finished lines, one after another: for an output without a cursor.
    bool plain = false;
    bool color = false;
    unsigned columns = 80;
    unsigned rows = 24;

    struct Size {
        unsigned columns;
        unsigned rows;
    };
    /// Called before each frame, because terminals are resized. Empty: `columns` and `rows` stay.
    std::function<Size()> find_size = {};
};

/// Shows a line for each component at the lower end of a terminal, redrawn in place on stdout, and
/// a line for the total if there are several. Finished lines scroll up and stay; log lines go
/// above. If there are more lines than rows, those at which something happens are shown.
///
/// A frame is one write that begins where the last frame began and leaves the cursor below it. So a
/// killed process leaves a usable terminal. Time is passed in with every tick.
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

    /// Adds a line at the end. If the id has a line already, that starts again from zero.
    void begin(Id id, std::string name, std::optional<std::uint64_t> total_bytes);

    /// Sets the number of bytes to expect.
    void total(Id id, std::uint64_t bytes);

    /// Adds bytes of an earlier download. They count as progress, but not for the rate.
    void resume(Id id, std::uint64_t bytes);

    /// Adds bytes that came.
    void advance(Id id, std::uint64_t bytes);

    /// Sets the phase. `text` replaces the phase's words: "for pid 4711 (rustup
    /// update)" when waiting, "Checking..." when installing.
    void phase(Id id, Phase phase, std::string text = {});

    /// Shows a text as the line of `id`, in its place or else at the end, with a spinner while it
    /// is `awaited`. `painted` is the text with escapes for colours.
    void say(Id id, const std::string& text, const std::string& painted, bool awaited);

    /// Ends the line. It scrolls up and stays, as "installed" or "download failed".
    void finish(Id id);

    /// Removes the line without a trace.
    void drop(Id id);

    /// Writes a log line to stderr, above all lines of the display. Works without a terminal too.
    void line(std::string_view text);

    /// Draws a frame, at most ten times a second.
    void tick(Time now);

    /// Whether ticks draw anything.
    [[nodiscard]] bool moves() const noexcept { return setup_.visible && !setup_.plain; }

    /// Removes the unfinished lines.
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
