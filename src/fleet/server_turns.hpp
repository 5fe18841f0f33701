#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "latchkey/base/error.hpp"
#include "latchkey/fleet/means.hpp"
#include "latchkey/task/awaitable.hpp"

namespace latchkey::fleet {

/// Notes that the server at `place` has failed, and warns of it if that is the first time.
///
/// Throws: the failure, if no other server would do better, or there is no other.
void note_failure(Means& means, std::size_t place, const Error& failure);

/// Asks the servers, the best first, until one has a value. Empty: no server has one.
///
/// Throws: the first failure, if no server has a value and one has failed; the cancellation.
template <typename Value>
task::awaitable<std::optional<Value>> ask_servers(
    Means& means, std::function<task::awaitable<std::optional<Value>>(std::size_t place)> ask) {
    std::optional<Error> first_failure;
    for (const std::size_t place : means.mirrors.order()) {
        std::optional<Error> failure;
        try {
            std::optional<Value> value = co_await ask(place);
            if (value) co_return value;
        } catch (const Error& e) {
            failure = e;
        }
        if (!failure) continue;
        note_failure(means, place, *failure);
        if (!first_failure) first_failure = failure;
    }
    if (first_failure) throw *first_failure;
    co_return std::nullopt;
}

}  // namespace latchkey::fleet
