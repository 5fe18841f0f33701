#include "official_toolchain.hpp"

#include "active_toolchain.hpp"

namespace latchkey::cli {

task::awaitable<dist::ToolchainName> require_official(Context& context,
                                                      args::Invocation invocation) {
    const resolve::Name name = co_await require_toolchain(context, invocation.value("toolchain"));
    const dist::ToolchainName* toolchain = resolve::official(name);
    if (toolchain == nullptr) {
        throw Error(Errc::unsupported,
                    "toolchain '" + resolve::str(name) + "' does not support components");
    }
    co_return *toolchain;
}

}  // namespace latchkey::cli
