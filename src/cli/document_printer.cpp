#include "document_printer.hpp"

#include "latchkey/facts/document.hpp"

namespace latchkey::cli {

void DocumentPrinter::print(const boost::json::object& document) {
    if (is_printed_) throw Error(Errc::bug, "a second document");
    print_next(document);
}

void DocumentPrinter::print_next(const boost::json::object& document) {
    is_printed_ = true;
    output_.out(facts::document_text(document));
}

void DocumentPrinter::print_error(const Error& error) noexcept {
    if (!is_wanted_ || is_printed_) return;
    try {
        print(facts::error_document(error));
    } catch (const std::exception&) {
        // Nobody reads it: the text on stderr and the exit status say so, too.
    }
}

}  // namespace latchkey::cli
