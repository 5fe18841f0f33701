#include "staging.hpp"

#include <fmt/format.h>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::store {

std::optional<Error> clear_staging(const OnWorker& on, const Home& home, const std::string& path) {
    try {
        platform::remove_tree(on, path);
        return std::nullopt;
    } catch (const Error& e) {
        const std::string aside =
            fmt::format("{}/{}{:016x}", home.staging(), kLeftPrefix, platform::random_number());
        platform::rename_path(path, aside);
        return e;
    }
}

}  // namespace latchkey::store
