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
        Permit(std::shared_ptr<State> state, bool lent) : state_(std::move(state)), lent_(lent) {}
        std::shared_ptr<State> state_;
        bool lent_;
    };

    /// Says that somebody will ask soon, after steps that do not wait for others: no lighter one
    /// gets what is to be his. Without it, who comes first is a matter of a millisecond.
    class Claim {
    public:
        /// Units: `weight` of the work, any.
        Claim(const Permits& permits, std::uint64_t weight);
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;
        ~Claim() { drop(); }

        /// He will not, or has to wait for something else first.
        void drop() noexcept;

    private:
        std::shared_ptr<Permit::State> state_;  ///< Empty: dropped.
        std::uint64_t weight_;
    };

    /// Waits until there is one. Units: `weight` of the work, any; the largest waiting goes first.
    /// `claim`, if any, is dropped.
    awaitable<Permit> acquire(std::uint64_t weight, Claim* claim = nullptr);

    /// So many more, for good.
    void add(std::size_t count);

    /// So many fewer, for good. Those that are had stay; the next are not given when they come
    /// back.
    void remove(std::size_t count);

    /// One more, for the lightest that waits, and for that one only: it is gone with it. False:
    /// nobody waits.
    bool lend();

    [[nodiscard]] bool anyone_waits() const;

private:
    std::shared_ptr<Permit::State> state_;
};

}  // namespace latchkey::task
