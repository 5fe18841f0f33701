#include "ordered_change.hpp"

#include <deque>
#include <optional>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/task/group.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<void> work_in_order(OrderedChange& change, task::Succession& succession,
                                    std::size_t index, const ChangeWork& work) {
    std::optional<Error> failure;
    try {
        co_await work(change, index);
    } catch (const Error& e) {
        failure = e;
    }
    co_await change.await_turn();
    if (failure) throw *failure;
    succession.pass(index);
}

}  // namespace

OrderedChange::OrderedChange(Context& context, task::Succession& succession, std::size_t index)
    : context_(context), succession_(succession), index_(index), reporter_(context.reporter()) {
    if (index == 0) reporter_.release();
}

toolchain::Engine& OrderedChange::engine() {
    if (!engine_) engine_ = std::make_unique<toolchain::Engine>(context_.engine(), reporter_);
    return *engine_;
}

task::awaitable<void> OrderedChange::await_turn() {
    co_await succession_.wait(index_);
    reporter_.release();
}

task::awaitable<void> in_order(Context& context, std::size_t count, ChangeWork work) {
    task::Succession succession;
    std::deque<OrderedChange> changes;
    std::vector<task::awaitable<void>> tasks;
    for (std::size_t index = 0; index < count; ++index) {
        changes.emplace_back(context, succession, index);
        tasks.push_back(work_in_order(changes.back(), succession, index, work));
    }
    co_await task::all(std::move(tasks));
}

}  // namespace latchkey::cli
