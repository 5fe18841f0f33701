#include "turn.hpp"

#include <deque>
#include <optional>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/task/group.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<void> take_turn(Turn& turn, task::Succession& succession, std::size_t place,
                                const TurnWork& work) {
    std::optional<Error> failure;
    try {
        co_await work(turn, place);
    } catch (const Error& e) {
        failure = e;
    }
    co_await turn.come();
    if (failure) throw *failure;
    succession.pass(place);
}

}  // namespace

Turn::Turn(Context& context, task::Succession& succession, std::size_t place)
    : context_(context), succession_(succession), place_(place), reporter_(context.reporter()) {
    if (place == 0) reporter_.release();
}

toolchain::Engine& Turn::engine() {
    if (!engine_) engine_ = std::make_unique<toolchain::Engine>(context_.engine(), reporter_);
    return *engine_;
}

task::awaitable<void> Turn::come() {
    co_await succession_.wait(place_);
    reporter_.release();
}

task::awaitable<void> in_turns(Context& context, std::size_t count, TurnWork work) {
    task::Succession succession;
    std::deque<Turn> turns;
    std::vector<task::awaitable<void>> tasks;
    for (std::size_t place = 0; place < count; ++place) {
        turns.emplace_back(context, succession, place);
        tasks.push_back(take_turn(turns.back(), succession, place, work));
    }
    co_await task::all(std::move(tasks));
}

}  // namespace latchkey::cli
