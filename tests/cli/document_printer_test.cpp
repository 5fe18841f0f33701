#include "document_printer.hpp"

#include <catch2/catch.hpp>

#include "latchkey/facts/document.hpp"
#include "support/pipe.hpp"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

/// A printer whose stdout is read at the end.
struct Printed {
    test::Pipe pipe = test::make_pipe();
    screen::Output output{pipe.writer.number(), -1};
    DocumentPrinter printer{output};

    std::string text() { return test::text_in(pipe); }
};

const Error kError(Errc::busy, "x");

}  // namespace

TEST_CASE("an error is a document where one is wanted and none was printed", "[cli]") {
    Printed unwanted;
    unwanted.printer.print_error(kError);
    CHECK(unwanted.text().empty());

    Printed wanted;
    wanted.printer.want();
    wanted.printer.print_error(kError);
    wanted.printer.print_error(kError);
    CHECK(wanted.text() == facts::document_text(facts::error_document(kError)));
}

TEST_CASE("there is one document, unless it is one of several", "[cli]") {
    Printed printed;
    printed.printer.want();
    printed.printer.print(facts::make_document("home"));
    CHECK_THROWS_AS(printed.printer.print(facts::make_document("home")), Error);
    printed.printer.print_error(kError);
    printed.printer.print_next(facts::make_document("locks"));
    CHECK(printed.text() ==
          "{\"format\":1,\"kind\":\"home\"}\n{\"format\":1,\"kind\":\"locks\"}\n");
}
