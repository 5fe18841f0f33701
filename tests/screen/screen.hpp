#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "latchkey/platform/fd.hpp"
#include "latchkey/screen/output.hpp"

namespace latchkey::test {

/// Both streams in one pipe, as on a terminal.
class Screen {
public:
    Screen() {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
        reader_ = platform::Fd(ends[0]);
        writer_ = platform::Fd(ends[1]);
    }

    screen::Output output() { return {writer_.number(), writer_.number()}; }

    /// What was written since the last time.
    std::string fresh() {
        std::string text(65536, '\0');
        const ssize_t count = ::read(reader_.number(), text.data(), text.size());
        text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return text;
    }

private:
    platform::Fd reader_;
    platform::Fd writer_;
};

}  // namespace latchkey::test
