#include "latchkey/task/succession.hpp"

#include "latchkey/task/notice.hpp"

namespace latchkey::task {

struct Succession::State {
    std::size_t next = 0;  // The place whose turn it is.
    Notice passed;
};

Succession::Succession() : state_(std::make_shared<State>()) {}

awaitable<void> Succession::wait(std::size_t place) {
    const std::shared_ptr<State> state = state_;
    while (state->next < place) co_await state->passed.wait();
}

void Succession::pass(std::size_t place) {
    state_->next = place + 1;
    state_->passed.tell();
}

}  // namespace latchkey::task
