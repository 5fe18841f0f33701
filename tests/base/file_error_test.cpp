#include "latchkey/base/file_error.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("a file error names the action and the path, and keeps the cause alone", "[base]") {
    const Error cause = Error(Errc::io, "Permission denied (os error 13)").in("open '/x'");
    const Error error = file_error(cause, "read settings file", "/home/settings.toml");
    CHECK(error.code() == Errc::io);
    CHECK(std::string(error.what()) ==
          "could not read settings file: '/home/settings.toml': Permission denied (os error 13)");
    CHECK(error.chain().size() == 2);
}

TEST_CASE("a file error has the code of its cause", "[base]") {
    CHECK(file_error(Error(Errc::no_room, "full"), "write file", "/f").code() == Errc::no_room);
    CHECK(std::string(file_error(Error(Errc::usage, "odd"), "write file", "").what()) ==
          "could not write file: '': odd");
}
