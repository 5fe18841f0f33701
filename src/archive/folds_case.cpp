#include <unistd.h>

#include "latchkey/archive/unpack.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::archive {

bool folds_case(const std::string& directory) {
    // One name for each thread that asks, so that nobody deletes another's file.
    const std::string number = std::to_string(::gettid());
    const std::string made = directory + "/.latchkey-case-" + number;
    platform::save_file(made, {});
    const bool folds = platform::find_status(directory + "/.LATCHKEY-CASE-" + number).has_value();
    platform::remove_file(made);
    return folds;
}

}  // namespace latchkey::archive
