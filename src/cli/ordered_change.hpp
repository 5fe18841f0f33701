#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "context.hpp"
#include "held_reporter.hpp"
#include "latchkey/task/succession.hpp"

namespace latchkey::cli {

/// One of several changes that work at once, and whose messages and results are as if one had come
/// after another.
///
/// Thread: the loop's. Neither moves nor copies.
class OrderedChange {
public:
    OrderedChange(Context& context, task::Succession& succession, std::size_t index);
    OrderedChange(const OrderedChange&) = delete;
    OrderedChange& operator=(const OrderedChange&) = delete;

    /// What it tells is kept until its turn comes.
    ///
    /// Throws: as Context::engine.
    toolchain::Engine& engine();

    /// Waits until all before it have ended well. Then what was kept is said.
    task::awaitable<void> await_turn();

private:
    Context& context_;
    task::Succession& succession_;
    std::size_t index_;
    HeldReporter reporter_;
    std::unique_ptr<toolchain::Engine> engine_;
};

/// What is done with one item of a list.
using ChangeWork = std::function<task::awaitable<void>(OrderedChange& change, std::size_t index)>;

/// Works on `count` items at once.
///
/// Throws: what the first of them in order throws, in its turn. Those behind it are cancelled.
task::awaitable<void> in_order(Context& context, std::size_t count, ChangeWork work);

}  // namespace latchkey::cli
