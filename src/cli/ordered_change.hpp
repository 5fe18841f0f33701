#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "context.hpp"
#include "held_reporter.hpp"
#include "latchkey/task/succession.hpp"

namespace latchkey::cli {

/// One of several changes that run at the same time. Their messages and results are those of
/// changes that run one after another.
///
/// Thread: the loop's. Neither moves nor copies.
class OrderedChange {
public:
    OrderedChange(Context& context, task::Succession& succession, std::size_t index);
    OrderedChange(const OrderedChange&) = delete;
    OrderedChange& operator=(const OrderedChange&) = delete;

    /// The change's engine. Its reports are kept until the change's turn comes.
    ///
    /// Throws: as Context::engine.
    toolchain::Engine& engine();

    /// Waits until every change before this one has succeeded. Then passes on the kept reports.
    task::awaitable<void> await_turn();

private:
    Context& context_;
    task::Succession& succession_;
    std::size_t index_;
    HeldReporter reporter_;
    std::unique_ptr<toolchain::Engine> engine_;
};

/// The work for one item of a list.
using ChangeWork = std::function<task::awaitable<void>(OrderedChange& change, std::size_t index)>;

/// Works on `count` items at the same time.
///
/// Throws: the failure of the first item, in their order, that fails. Cancels those behind it.
task::awaitable<void> in_order(Context& context, std::size_t count, ChangeWork work);

}  // namespace latchkey::cli
