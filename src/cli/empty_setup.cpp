#include "empty_setup.hpp"

#include <string>

#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"

namespace latchkey::cli {

void warn_of_empty_setup(Context& context) {
    if (!resolve::list_installed(context.home().root()).empty()) return;
    if (resolve::find_default(context.site())) return;
    context.log().warn("no toolchain installed and no default toolchain set\n" +
                       std::string(resolve::kDefaultStableHint));
}

}  // namespace latchkey::cli
