#pragma once

#include <boost/json.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/screen/output.hpp"

namespace latchkey::cli {

/// With `--format json`, stdout gets exactly one document: that of the command, or the error that
/// kept the command from it.
///
/// Thread: the loop's.
class DocumentPrinter {
public:
    explicit DocumentPrinter(screen::Output& output) : output_(output) {}

    /// From now on a document is wanted.
    void want() noexcept { is_wanted_ = true; }
    [[nodiscard]] bool is_wanted() const noexcept { return is_wanted_; }

    /// Throws: Errc::bug for a second one; as screen::Output::out.
    void print(const boost::json::object& document);

    /// One of several, for a watch.
    ///
    /// Throws: as screen::Output::out.
    void print_next(const boost::json::object& document);

    /// Prints an error, if a document is wanted and there was none.
    void print_error(const Error& error) noexcept;

private:
    screen::Output& output_;
    bool is_wanted_ = false;
    bool is_printed_ = false;
};

}  // namespace latchkey::cli
