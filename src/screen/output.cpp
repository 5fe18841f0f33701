#include "latchkey/screen/output.hpp"

#include <cerrno>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/stream.hpp"

namespace latchkey::screen {

void Output::out(std::string_view text) {
    const int error_number = platform::write_stream(out_, text);
    if (error_number == 0) return;
    abandoned_ = error_number == EPIPE && tolerant_;
    throw Error(Errc::io, platform::os_cause(error_number));
}

void Output::err(std::string_view text) noexcept {
    (void)platform::write_stream(err_, text);
}

void Output::draw(std::string_view text) noexcept {
    (void)platform::write_stream(out_, text);
}

}  // namespace latchkey::screen
