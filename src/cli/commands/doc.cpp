#include <algorithm>
#include <array>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "doc_page.hpp"
#include "latchkey/args/doc_flags.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/net/file_server.hpp"
#include "latchkey/platform/attached_child.hpp"
#include "latchkey/platform/detached_child.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::cli {
namespace {

/// A program that knows the user's browser.
struct Opener {
    const char* program;
    const char* verb;  ///< Null: none.
};

/// The best first.
constexpr std::array kOpeners = {Opener{"xdg-open", nullptr}, Opener{"gio", "open"},
                                 Opener{"x-www-browser", nullptr}, Opener{"www-browser", nullptr}};

std::string toolchain_folder(Context& context, const resolve::Name& toolchain,
                             std::string_view below) {
    return resolve::toolchain_path(context.home().layout(), toolchain) + "/" + std::string(below);
}

task::awaitable<void> require_docs(Context& context, dist::ToolchainName toolchain) {
    const toolchain::Inventory inventory = co_await context.engine().load_inventory(toolchain);
    const std::vector<dist::ComponentStatus> statuses =
        dist::component_statuses(inventory.manifest(), toolchain.target(), inventory.components);
    const bool missing = std::any_of(
        statuses.begin(), statuses.end(), [&inventory](const dist::ComponentStatus& status) {
            return !status.installed &&
                   inventory.manifest().short_name(status.component) == "rust-docs";
        });
    if (!missing) co_return;
    const std::string name = toolchain.str();
    context.log().info("`rust-docs` not installed in toolchain `" + name + "`\n" +
                       "help: run `rustup component add --toolchain " + name +
                       " rust-docs` to install it");
    throw Error(Errc::not_found, "unable to view documentation which is not installed");
}

/// A cause in rustup's form.
[[noreturn]] void refuse_browser(const Error& e, const std::string& program) {
    throw e.cause().in("error spawning command(s) '" + program + "'").in("couldn't open browser");
}

void open_in_browser(Context& context, const std::string& url, const std::string& shown) {
    const platform::Environment& environment = context.environment();
    if (environment.contains("BROWSER")) {
        const std::string browser = environment.find("BROWSER").value_or("");
        try {
            platform::start_detached(browser, {browser, url}, environment);
        } catch (const Error& e) {
            refuse_browser(e, browser);
        }
        return;
    }
    for (const Opener& opener : kOpeners) {
        std::vector<std::string> words = {opener.program};
        if (opener.verb != nullptr) words.emplace_back(opener.verb);
        words.push_back(url);
        try {
            platform::start_detached(words.front(), words, environment);
            return;
        } catch (const Error& e) {
            if (e.code() != Errc::not_found) refuse_browser(e, words.front());
        }
    }
    context.log().warn("no program that opens a browser was found; the page is " + shown);
}

std::optional<std::string> given_flag(const args::Invocation& invocation) {
    for (const args::DocFlag& flag : args::doc_flags()) {
        if (invocation.flag(flag.name)) return std::string(flag.name);
    }
    return std::nullopt;
}

/// Until it is interrupted.
task::awaitable<int> serve_docs(Context& context, std::string root, DocPage page) {
    std::optional<net::FileServer> server;
    try {
        server.emplace(context.loop(), root);
    } catch (const Error& e) {
        throw e.in("failed to bind local documentation server");
    }
    const std::string url = page.served_url(root, server->port());
    context.log().info("serving docs at " + url + " (press Ctrl-C to stop)");
    try {
        open_in_browser(context, url, url);
    } catch (const Error& e) {
        context.log().warn(e.what());  // There may be another browser.
    }
    co_await server->serve();
    co_return 0;
}

task::awaitable<int> run_doc(Context& context, args::Invocation invocation) {
    const resolve::Name toolchain =
        co_await require_toolchain(context, invocation.value("toolchain"));
    if (const dist::ToolchainName* official = resolve::official(toolchain)) {
        co_await require_docs(context, *official);
    }
    const std::string root = toolchain_folder(context, toolchain, "share/doc/rust/html");
    const DocPage page = find_doc_page(root, given_flag(invocation), invocation.value("TOPIC"));
    if (invocation.flag("path")) {
        context.print_data(page.path + "\n");
        co_return 0;
    }
    if (invocation.flag("serve")) co_return co_await serve_docs(context, root, page);
    const std::string named = page.name ? " named `" + *page.name + "`" : "";
    context.output().err("Opening docs" + named + " in your browser\n");
    open_in_browser(context, page.url(), page.path);
    co_return 0;
}

task::awaitable<int> run_man(Context& context, args::Invocation invocation) {
    const std::string command = invocation.required("COMMAND");
    const resolve::Name toolchain =
        co_await require_toolchain(context, invocation.value("toolchain"));
    const std::string pages = toolchain_folder(context, toolchain, "share/man");
    if (!platform::is_directory(pages)) {
        throw Error(Errc::not_found, "not a directory: '" + pages + "'");
    }
    platform::Environment environment = context.environment();
    // What ends in a colon goes on with the system's own pages.
    environment.set("MANPATH", pages + ":" + environment.find("MANPATH").value_or(""));
    const auto job = [command, environment](const OnWorker& on) {
        return platform::run_attached(on, "man", {"man", command}, environment);
    };
    try {
        (void)co_await task::offload_stream(context.loop().workers(), job);
    } catch (const Error& e) {
        throw e.cause().in("failed to open man page");
    }
    co_return 0;
}

}  // namespace

CommandEntries doc_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "doc", .run = run_doc, .auto_install_is_deprecated = false},
        CommandEntry{.path = "man", .run = run_man, .auto_install_is_deprecated = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli
