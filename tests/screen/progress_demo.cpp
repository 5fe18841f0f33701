// An installation that never was, for the eye: what a terminal shows of Progress.

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "latchkey/platform/stream.hpp"
#include "latchkey/platform/terminal.hpp"
#include "latchkey/screen/log.hpp"
#include "latchkey/screen/progress.hpp"

using namespace latchkey;
using namespace latchkey::screen;
using namespace std::chrono_literals;

namespace {

struct Download {
    std::string name;
    std::uint64_t total_bytes;
    std::uint64_t bytes_per_step;
};

}  // namespace

int main() {
    Output output(1, 2);
    const auto find_size = [] {
        const unsigned columns = platform::terminal_columns(1);
        return ProgressSetup::Size{columns > 0 ? columns : 80, platform::terminal_rows(1)};
    };
    Progress progress(output,
                      {.visible = platform::is_terminal(1), .color = true, .find_size = find_size});
    Log log([&progress](std::string_view line) { progress.line(line); }, {.color = true});

    const std::vector<Download> downloads = {{"rustc", 80'000'000, 900'000},
                                             {"rust-std", 30'000'000, 500'000},
                                             {"cargo", 9'000'000, 300'000},
                                             {"rust-docs", 20'000'000, 0},
                                             {"clippy", 3'000, 30}};
    for (Progress::Id id = 0; id < downloads.size(); ++id) {
        progress.begin(id, downloads[id].name, downloads[id].total_bytes);
    }
    progress.phase(3, Phase::waiting, "for pid 4711 (rustup update)");
    log.info("downloading 5 components");
    std::vector<std::uint64_t> done(downloads.size());
    for (int step = 0; step < 120; ++step) {
        for (Progress::Id id = 0; id < downloads.size(); ++id) {
            const Download& download = downloads[id];
            if (download.bytes_per_step == 0 || done[id] >= download.total_bytes) continue;
            progress.advance(id, download.bytes_per_step);
            done[id] += download.bytes_per_step;
            if (done[id] >= download.total_bytes) progress.finish(id);
        }
        if (step == 20) progress.phase(0, Phase::retrying);
        if (step == 30) progress.begin(0, "rustc", downloads[0].total_bytes);
        if (step == 40) log.warn("bad checksum for cached download");
        if (step == 60) progress.phase(1, Phase::unpacking);
        if (step == 90) progress.phase(3, Phase::installing);
        progress.tick(std::chrono::steady_clock::now());
        std::this_thread::sleep_for(50ms);
    }
    progress.phase(0, Phase::failed);
    progress.finish(0);
    progress.close();
    log.info("default toolchain set to stable");
}
