#include "latchkey/platform/new_file.hpp"

#include <unistd.h>

#include <atomic>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

bool save_new_file(const std::string& path, std::string_view text, mode_t mode) {
    static std::atomic<unsigned> counter{0};
    const std::string staging =
        path + "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".first";
    try {
        save_file(staging, text, mode);
        // link(2) refuses a name that is taken on every file system that has hard links.
        const bool linked = ::link(staging.c_str(), path.c_str()) == 0;
        const bool saved = linked || rename_new(staging, path);
        ::unlink(staging.c_str());
        return saved;
    } catch (const Error&) {
        ::unlink(staging.c_str());
        throw;
    }
}

}  // namespace latchkey::platform
