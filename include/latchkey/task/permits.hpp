#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// A number of equal permits, for example to download. The waiting task with the most work gets the
/// next one, because the largest component is the critical path.
///
/// Thread: the loop's.
class Permits {
public:
    explicit Permits(std::size_t count);

    /// Gives itself back when it is destroyed.
    class [[nodiscard]] Permit {
    public:
        Permit(Permit&& other) noexcept = default;
        Permit& operator=(Permit&&) = delete;
        ~Permit();

    private:
        friend class Permits;
        struct State;
        explicit Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    /// Waits for a permit. The task with the largest `weight` goes first.
    ///
    /// Units:  `weight` in any, the same for all.
    /// Throws: the cancellation.
    awaitable<Permit> acquire(std::uint64_t weight);

    /// Adds permits for good.
    void add(std::size_t count);

    /// Removes permits for good. A permit that a task has stays valid; when it comes back, it is
    /// not given out again.
    void remove(std::size_t count);

private:
    std::shared_ptr<Permit::State> state_;
};

}  // namespace latchkey::task
