#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"

namespace latchkey::task {

/// A thread.
///
/// Throws: Errc::io where the system gives none: a limit of the user's or of the container's.
template <typename Job>
std::thread start_thread(Job job) {
    try {
        return std::thread(std::move(job));
    } catch (const std::system_error& e) {
        throw platform::os_error(e.code().value(), "start a thread");
    }
}

}  // namespace latchkey::task
