#include "release_hint.hpp"

#include <chrono>

#include "latchkey/config/release_state.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"

namespace latchkey::cli {
namespace {

constexpr std::chrono::hours kBetweenHints{24};
constexpr std::chrono::days kBetweenReleases{42};  // Six weeks.
/// Of a toolchain whose manifest does not say. It is a day before rustup gave hints.
constexpr std::string_view kUnknownDay = "2026-04-17";

task::awaitable<std::chrono::sys_days> load_release_day(Context& context,
                                                        dist::ToolchainName stable) {
    std::optional<std::chrono::sys_days> day;
    try {
        const toolchain::Inventory inventory = co_await context.engine().load_inventory(stable);
        day = dist::parse_day(inventory.manifest().date);
    } catch (const Error&) {
        // See kUnknownDay.
    }
    co_return day ? *day : *dist::parse_day(kUnknownDay);
}

task::awaitable<bool> is_due(Context& context, std::chrono::system_clock::time_point now) {
    const auto last = config::find_release_notice(context.home().layout());
    if (last && now.time_since_epoch() - *last < kBetweenHints) co_return false;
    const dist::ToolchainName stable =
        dist::parse_official_name("stable").resolve(context.site().host);
    if (!resolve::is_installed(context.home().layout(), stable)) {
        throw resolve::not_installed_error(stable, false).in("stable toolchain unavailable");
    }
    const std::chrono::sys_days released = co_await load_release_day(context, stable);
    co_return now - released >= kBetweenReleases;
}

task::awaitable<void> note(Context& context, std::chrono::system_clock::time_point now) {
    const lock::LockSet held =
        co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
    config::save_release_notice(
        held, context.home().layout(),
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()));
}

}  // namespace

task::awaitable<void> hint_of_release(Context& context) {
    if (!context.site().settings.release_hint.value_or(false)) co_return;
    const auto now = std::chrono::system_clock::now();
    try {
        const bool due = co_await is_due(context, now);
        if (!due) co_return;
        context.output().err(
            "hint: a new stable Rust release is available, run `rustup update stable` to install "
            "it\n");
        co_await note(context, now);
    } catch (const Error& e) {
        context.log().warn(std::string("could not check if there is a new Rust release: ") +
                           e.what());
    }
}

}  // namespace latchkey::cli
