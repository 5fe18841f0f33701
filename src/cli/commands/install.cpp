#include <fmt/format.h>

#include <algorithm>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "installation.hpp"
#include "latchkey/fleet/offer.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/toolchain_lock.hpp"
#include "ordered_change.hpp"
#include "self_update.hpp"

namespace latchkey::cli {
namespace {

using toolchain::News;

struct Options {
    toolchain::InstallRequest request;
    bool update = true;
    bool force_non_host = false;
    bool make_override = false;
    bool make_default = false;
    bool update_self = true;
    bool unhold = false;
    bool from_files = false;  ///< `--from`: no server is asked for anything.
};

Options options_of(const Context& context, const args::Invocation& invocation) {
    Options options;
    const auto profile = invocation.value("profile");
    options.request.profile = profile ? dist::parse_profile(*profile) : context.profile();
    options.request.components = invocation.values("component");
    options.request.targets = invocation.values("target");
    options.request.force = invocation.flag("force");
    options.request.allow_downgrade = invocation.flag("allow-downgrade");
    options.update = !invocation.flag("no-update");
    options.force_non_host = invocation.flag("force-non-host");
    options.make_override = invocation.flag("override");
    options.make_default = invocation.flag("default");
    options.update_self = !invocation.flag("no-self-update");
    options.unhold = invocation.flag("unhold");
    return options;
}

/// `--from`: everything comes from there.
fleet::Offer take_from(Context& context, const std::string& path, Options& options) {
    fleet::Offer offer = fleet::Offer::load(context.absolute(path));
    context.use_server(offer.server());
    options.from_files = true;
    options.update_self = false;
    return offer;
}

/// Only who names a target can mean another system than this one.
void check_target(const Context& context, const dist::PartialToolchainName& name, bool force) {
    if (!name.has_target()) return;
    const std::string target =
        name.resolve(resolve::load_system_tuple(context.site().variables)).target();
    resolve::check_runs_here(context.site().variables, name.str(), target, force);
}

/// The first toolchain of a home becomes the default, just before it is there: a process that is
/// killed then leaves a default that is installed when it is needed, and no toolchain without a
/// default.
class FirstDefault {
public:
    FirstDefault(Context& context, dist::ToolchainName name)
        : context_(context), name_(std::move(name)), toolchain_(name_.str()) {}

    task::awaitable<void> set_if_none() {
        if (resolve::find_default(context_.site())) co_return;
        auto change = [this](config::Settings& settings) {
            if (settings.default_toolchain) return;  // Somebody else's was there first.
            settings.default_toolchain = toolchain_;
            is_set_ = true;
        };
        co_await context_.change_settings(change);
    }

    /// After a failure, which may be one of what comes after the commit: then it stays.
    task::awaitable<void> take_back() {
        if (!is_set_ || resolve::is_installed(context_.home().layout(), name_)) co_return;
        auto change = [this](config::Settings& settings) {
            if (settings.default_toolchain == toolchain_) settings.default_toolchain.reset();
        };
        co_await context_.change_settings(change);
    }

    void say() const {
        if (is_set_) say_default(context_, toolchain_);
    }

private:
    Context& context_;
    dist::ToolchainName name_;
    std::string toolchain_;
    bool is_set_ = false;
};

/// In its turn, a commit of a toolchain that was not there makes it the default.
task::awaitable<void> prepare_commit(OrderedChange& change, FirstDefault& first, bool fresh) {
    co_await change.await_turn();
    if (fresh) co_await first.set_if_none();
}

task::awaitable<screen::SummaryItem> install_in_order(Context& context, OrderedChange& change,
                                                      dist::ToolchainName toolchain,
                                                      toolchain::InstallRequest request,
                                                      FirstDefault& first) {
    request.before_commit = [&change, &first](bool fresh) {
        return prepare_commit(change, first, fresh);
    };
    std::optional<Error> failure;
    try {
        screen::SummaryItem item =
            co_await install_toolchain(context, change.engine(), toolchain, std::move(request));
        co_return item;
    } catch (const Error& e) {
        failure = e;
    }
    co_await first.take_back();
    throw *failure;
}

task::awaitable<void> install_named(Context& context, OrderedChange& change, std::string text,
                                    bool named_before, Options options) {
    const dist::PartialToolchainName name = dist::parse_official_name(text);
    check_target(context, name, options.force_non_host);
    const dist::ToolchainName toolchain = name.resolve(context.site().host);
    if (named_before) co_await change.await_turn();
    if (options.unhold) co_await change.engine().release_hold(toolchain);
    const bool wanted =
        options.update || !resolve::is_more_than_a_folder(context.home().layout(), toolchain);
    FirstDefault first(context, toolchain);
    std::vector<screen::SummaryItem> items;
    if (wanted) {
        items.push_back(
            co_await install_in_order(context, change, toolchain, options.request, first));
        co_await change.await_turn();
    } else {
        co_await change.await_turn();
        items.push_back(co_await summarise_installed(context, toolchain,
                                                     screen::SummaryItem::Banner::unchanged));
    }
    context.print_summary(items);
    if (options.make_override) {
        co_await set_override(context, context.site().working_directory, toolchain.str());
    }
    if (options.make_default) {
        co_await set_default(context, toolchain.str());
    } else {
        first.say();
    }
}

/// Whether another name before this one may mean the same toolchain: with or without its target.
bool is_named_before(const std::vector<std::string>& names, std::size_t index) {
    return std::any_of(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(index),
                       [&](const std::string& name) {
                           return name.starts_with(names[index]) || names[index].starts_with(name);
                       });
}

task::awaitable<int> install_all_named(Context& context, std::vector<std::string> names,
                                       Options options) {
    ChangeWork work = [&](OrderedChange& change, std::size_t index) {
        return install_named(context, change, names[index], is_named_before(names, index), options);
    };
    co_await in_order(context, names.size(), std::move(work));
    const int exit_code = co_await update_self_if_wanted(context, options.update_self);
    if (!options.from_files) co_await check_self_if_wanted(context);
    co_return exit_code;
}

/// One toolchain, given what its channel has. Says nothing of one that is of the newest release.
task::awaitable<screen::SummaryItem> update_toolchain(Context& context, OrderedChange& change,
                                                      dist::ToolchainName toolchain,
                                                      toolchain::InstallRequest request,
                                                      News news) {
    if (news.kind == News::Kind::held) request.force = false;
    const bool anything_new = news.kind == News::Kind::some || news.kind == News::Kind::failed;
    if (!anything_new && !request.force) {
        co_await change.engine().verify(toolchain.str());
        screen::SummaryItem item = co_await summarise_installed(
            context, toolchain, screen::SummaryItem::Banner::unchanged);
        co_return item;
    }
    if (anything_new) request.news = std::move(news);
    screen::SummaryItem item =
        co_await install_toolchain(context, change.engine(), toolchain, std::move(request));
    co_return item;
}

/// One toolchain of many: what goes wrong is told, and the others go on.
task::awaitable<void> update_one(Context& context, OrderedChange& change,
                                 dist::ToolchainName toolchain, toolchain::InstallRequest request,
                                 News news, std::vector<screen::SummaryItem>& items) {
    std::optional<Error> failure;
    try {
        screen::SummaryItem item = co_await update_toolchain(context, change, toolchain,
                                                             std::move(request), std::move(news));
        co_await change.await_turn();
        items.push_back(item);
        co_return;
    } catch (const Error& e) {
        failure = e;
    }
    co_await change.await_turn();
    // rustup says the outermost alone. What a server answered is more than that it did.
    const bool server = failure->code() == Errc::unreachable;
    context.log().error(server ? std::string(failure->what()) : failure->chain().front());
    items.push_back(co_await summarise(context, toolchain, screen::SummaryItem::Banner::failed));
}

task::awaitable<int> update_all(Context& context, Options options) {
    std::vector<screen::SummaryItem> items;
    std::vector<dist::ToolchainName> toolchains = resolve::list_tracking(context.home().layout());
    const std::vector<dist::ToolchainName> half_made =
        co_await context.engine().find_half_made(toolchains);
    for (const dist::ToolchainName& each : half_made) {
        context.log().warn("toolchain '" + each.str() +
                           "' is being installed by rustup; leaving it alone");
        std::erase(toolchains, each);
    }
    if (options.unhold) {
        for (const dist::ToolchainName& each : toolchains) {
            co_await context.engine().release_hold(each);
        }
    }
    const std::vector<News> news = co_await context.engine().find_news(toolchains);
    ChangeWork work = [&](OrderedChange& change, std::size_t index) {
        return update_one(context, change, toolchains[index], options.request, news[index], items);
    };
    co_await in_order(context, toolchains.size(), std::move(work));
    co_await context.engine().clean_up_if_needed();
    if (items.empty()) {
        context.log().info("no updatable toolchains installed");
    } else {
        context.print_summary(items);
    }
    const int self_exit_code = co_await update_self_if_wanted(context, options.update_self);
    context.log().info("cleaning up downloads & tmp directories");
    co_await context.engine().clean_downloads();
    co_await check_self_if_wanted(context);
    const bool failed =
        std::any_of(items.begin(), items.end(), [](const screen::SummaryItem& item) {
            return item.banner == screen::SummaryItem::Banner::failed;
        });
    co_return failed ? 1 : self_exit_code;
}

/// `--locked`
void lock_toolchains(Context& context, const std::vector<std::string>& names) {
    if (!names.empty()) {
        throw Error(Errc::usage,
                    "`--locked` installs what 'rust-toolchain.lock' says, and takes no toolchain; "
                    "leave out '" +
                        names.front() + "'");
    }
    context.lock_toolchains();
}

task::awaitable<int> run_install_active(Context& context, Options options) {
    if (context.site().variables.locked) {
        const resolve::Active active = load_active(context);
        if (!resolve::is_locked(context.site(), active)) {
            throw Error(Errc::usage, "nothing is locked here: " + resolve::reason(active) +
                                         "; write a 'rust-toolchain.toml', and run `rustup lock`");
        }
    }
    const resolve::Active active = co_await install_active(context, options.force_non_host);
    context.log().info(
        fmt::format("the active toolchain `{}` has been installed", resolve::str(active.name)));
    context.log().info("it's active because: " + resolve::reason(active));
    if (!options.from_files) co_await check_self_if_wanted(context);
    co_return 0;
}

task::awaitable<int> run_install(Context& context, args::Invocation invocation) {
    Options options = options_of(context, invocation);
    warn_of_profile(context, *options.request.profile);
    std::vector<std::string> names = invocation.values("TOOLCHAIN");
    const bool locked = invocation.flag("locked");
    if (locked) lock_toolchains(context, names);
    if (const auto path = invocation.value("from")) {
        const fleet::Offer offer = take_from(context, *path, options);
        if (names.empty() && !locked) names.push_back(offer.only_name());
        for (const std::string& name : names) offer.require(dist::parse_official_name(name));
    }
    if (!names.empty()) co_return co_await install_all_named(context, names, options);
    co_return co_await run_install_active(context, options);
}

task::awaitable<int> run_update(Context& context, args::Invocation invocation) {
    const Options options = options_of(context, invocation);
    warn_of_profile(context, *options.request.profile);
    const std::vector<std::string> names = invocation.values("TOOLCHAIN");
    if (invocation.flag("locked")) lock_toolchains(context, names);
    if (!names.empty()) co_return co_await install_all_named(context, names, options);
    if (context.site().variables.locked) co_return co_await run_install_active(context, options);
    co_return co_await update_all(context, options);
}

}  // namespace

CommandEntries install_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "install",
                     .run = run_install,
                     .warns_of_variables = true,
                     .hints_of_release = false},
        CommandEntry{.path = "toolchain install", .run = run_install, .warns_of_variables = true},
        CommandEntry{.path = "update",
                     .run = run_update,
                     .warns_of_variables = true,
                     .hints_of_release = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli
