#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "latchkey/facts/trusted_keys.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/toolchain/trusted_keys.hpp"

namespace latchkey::cli {
namespace {

std::string name_of(const toolchain::KeySlot& slot) {
    if (!slot.certificate) return fmt::format("the damaged key in place {}", slot.number);
    const openpgp::Certificate& key = *slot.certificate;
    const std::string owner =
        key.user_ids.empty() ? "" : fmt::format(" ({})", key.user_ids.front());
    return fmt::format("the key {}{}", openpgp::grouped(key.fingerprint), owner);
}

task::awaitable<int> run_add(Context& context, args::Invocation invocation) {
    if (context.site().variables.untrusted) {
        throw Error(Errc::usage,
                    "RUSTUP_UNTRUSTED is set, so no key is added; unset it if you trust this key");
    }
    const auto path = invocation.value("KEYFILE");
    std::optional<std::string> text;
    if (path) text = platform::load_file(*path);
    toolchain::KeySlot slot;
    try {
        const lock::LockSet held =
            co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
        slot = toolchain::trust_key(context.home(), text, held);
    } catch (const Error& e) {
        if (path && e.code() != Errc::usage) throw e.in(fmt::format("could not trust '{}'", *path));
        throw;
    }
    context.log().info(fmt::format("{} is trusted in place {}", name_of(slot), slot.number));
    co_await context.engine().clean_up_if_needed();
    co_return 0;
}

task::awaitable<int> run_remove(Context& context, args::Invocation invocation) {
    const std::string which = invocation.required("KEY");
    toolchain::KeySlot gone;
    {
        const lock::LockSet held =
            co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
        gone = toolchain::distrust_key(context.home(), which, held);
    }
    context.log().info(fmt::format("{} is not trusted any more", name_of(gone)));
    co_await context.engine().clean_up_if_needed();
    co_return 0;
}

task::awaitable<int> run_list(Context& context, args::Invocation) {
    context.output().tolerate_broken_pipe();
    const auto slots = toolchain::load_key_slots(context.home());
    if (context.json()) {
        context.print_document(facts::trusted_key_document(slots, context.signature_policy()));
        co_return 0;
    }
    context.print(fmt::format("signatures: {}\n", config::str(context.signature_policy())));
    context.print(facts::trusted_key_lines(slots));
    co_return 0;
}

}  // namespace

CommandEntries trust_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "trust add", .run = run_add, .warns_of_empty_setup = false},
        CommandEntry{.path = "trust remove", .run = run_remove, .warns_of_empty_setup = false},
        CommandEntry{.path = "trust list", .run = run_list, .warns_of_empty_setup = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli
