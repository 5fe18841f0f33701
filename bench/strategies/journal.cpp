#include "journal.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::strategies {
namespace {

std::string now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

std::string role_member(Role role) {
    return role == Role::reader ? R"("role":"reader")" : R"("role":"writer")";
}

}  // namespace

void Journal::write(const std::string& event, const std::string& members) const {
    const platform::Fd file = platform::open_file(path_, O_WRONLY | O_CREAT | O_APPEND);
    const std::string line = R"({"ms":)" + now_ms() + R"(,"pid":)" + std::to_string(::getpid()) +
                             R"(,"operation":")" + operation_ + R"(","event":")" + event + "\"" +
                             (members.empty() ? "" : ",") + members + "}\n";
    platform::write_all(file, as_bytes(line), path_);
}

Wait::Wait(const Journal& journal, Role role) : journal_(journal), role_(role) {
    journal_.write("wait", role_member(role_));
}

Wait::~Wait() {
    try {
        journal_.write("waited", role_member(role_));
    } catch (const Error&) {
        // Then the driver sees a wait without an end, which is a fault that somebody looks into.
    }
}

}  // namespace latchkey::strategies
