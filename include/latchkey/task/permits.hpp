#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// A number of equal permits, for example to download. Whoever has the most work gets the next one,
/// because the largest component is the critical path.
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

    /// Waits until there is one. Units: `weight` of the work, any; the largest waiting goes first.
    awaitable<Permit> acquire(std::uint64_t weight);

    /// So many more, for good.
    void add(std::size_t count);

    /// So many fewer, for good. Those that are had stay; the next are not given when they come
    /// back.
    void remove(std::size_t count);

private:
    std::shared_ptr<Permit::State> state_;
};

}  // namespace latchkey::task
