#include "official_toolchain.hpp"

#include "active_toolchain.hpp"
#include "latchkey/dist/component_errors.hpp"

namespace latchkey::cli {

task::awaitable<dist::ToolchainName> require_official(Context& context,
                                                      args::Invocation invocation) {
    const resolve::Name name = co_await require_toolchain(context, invocation.value("toolchain"));
    const dist::ToolchainName* toolchain = resolve::official(name);
    if (toolchain == nullptr) {
        throw dist::no_components_error(resolve::str(name));
    }
    co_return *toolchain;
}

}  // namespace latchkey::cli
