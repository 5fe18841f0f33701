#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::test {

/// Both ends of a pipe(2), for what writes to a descriptor.
struct Pipe {
    platform::Fd reader;
    platform::Fd writer;
};

inline Pipe make_pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    return {platform::Fd(ends[0]), platform::Fd(ends[1])};
}

/// What was written, up to 4096 bytes. Closes the writer.
inline std::string text_in(Pipe& pipe) {
    pipe.writer.close();
    std::string text(4096, '\0');
    const ssize_t count = ::read(pipe.reader.number(), text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
}

}  // namespace latchkey::test
