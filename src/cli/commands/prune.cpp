#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/screen/size_text.hpp"
#include "latchkey/upkeep/prune.hpp"

namespace latchkey::cli {
namespace {

using upkeep::Pruned;

std::string count_text(std::uint64_t count) {
    return fmt::format("{} toolchain{}", count, count == 1 ? "" : "s");
}

std::string_view fate_of(const Pruned& pruned, bool dry_run) {
    if (pruned.failure) return "failed";
    if (pruned.was_gone) return "gone";
    if (pruned.choice.why_it_stays) return "stays";
    return dry_run ? "would-go" : "removed";
}

/// Tells of each toolchain as it goes, and of all in the end.
class Account {
public:
    Account(Context& context, bool dry_run, bool verbose)
        : context_(context), dry_run_(dry_run), verbose_(verbose) {
        document_["dry_run"] = dry_run;
        document_["toolchains"].emplace_array();
    }

    void tell(const Pruned& pruned) {
        document_["toolchains"].as_array().push_back(value_of(pruned));
        const std::string& name = pruned.choice.name;
        if (pruned.failure) {
            ++failures_;
            context_.log().report(pruned.failure->in("could not remove '" + name + "'"));
        } else if (pruned.was_gone) {
            context_.print(fmt::format("gone {}: somebody else has removed it\n", name));
        } else if (pruned.choice.why_it_stays) {
            ++stay_;
            if (!verbose_ && !pruned.planned) return;
            context_.print(fmt::format("{} {}: {}\n", context_.paint(screen::Paint::note, "stays"),
                                       name, *pruned.choice.why_it_stays));
        } else {
            ++gone_;
            bytes_ += pruned.bytes;
            context_.print(fmt::format(
                "{} {}: {}, last used {}\n",
                context_.paint(screen::Paint::caution, dry_run_ ? "would remove" : "removed"), name,
                screen::size_text(pruned.bytes), upkeep::day_text(pruned.choice.last_use)));
        }
    }

    /// The exit code.
    int end() {
        document_["bytes"] = bytes_;
        if (context_.json()) context_.print_document(document_);
        const std::string what = dry_run_ ? "would go, which frees" : "removed, which freed";
        std::string line = gone_ == 0 ? "nothing to remove"
                                      : fmt::format("{} {} {} ({} bytes)", count_text(gone_), what,
                                                    screen::size_text(bytes_), bytes_);
        line += fmt::format("; {} stay{}", stay_, stay_ == 1 ? "s" : "");
        context_.print(line + (verbose_ || stay_ == 0 ? "\n" : " (`--verbose` says why)\n"));
        return failures_ == 0 ? 0 : 1;
    }

private:
    boost::json::object value_of(const Pruned& pruned) const {
        boost::json::object value;
        value["name"] = facts::text_value(pruned.choice.name);
        value["fate"] = fate_of(pruned, dry_run_);
        if (pruned.choice.last_use > 0)
            value["last_used"] = upkeep::day_text(pruned.choice.last_use);
        if (pruned.failure) {
            value["error"] = facts::error_value(*pruned.failure);
        } else if (pruned.choice.why_it_stays) {
            value["reason"] = facts::text_value(*pruned.choice.why_it_stays);
        } else if (!pruned.was_gone) {
            value["bytes"] = pruned.bytes;
        }
        return value;
    }

    Context& context_;
    bool dry_run_;
    bool verbose_;
    boost::json::object document_ = facts::make_document("prune");
    std::uint64_t gone_ = 0;
    std::uint64_t stay_ = 0;
    std::uint64_t failures_ = 0;
    std::uint64_t bytes_ = 0;
};

task::awaitable<int> run_prune(Context& context, args::Invocation invocation) {
    upkeep::PruneRequest request{
        .rules = upkeep::parse_rules(invocation.value("unused-for"), invocation.value("keep-last"),
                                     invocation.value("pattern")),
        .site = context.site()};
    request.dry_run = invocation.flag("dry-run");
    if (const auto active = context.find_active_or_nothing()) request.active = active->name;
    Account account(context, request.dry_run, invocation.flag("verbose"));
    std::function<void(const Pruned&)> tell = [&account](const Pruned& pruned) {
        account.tell(pruned);
    };
    upkeep::Means means{context.loop().workers(), context.engine(), context.home()};
    co_await upkeep::prune(means, std::move(request), std::move(tell));
    co_return account.end();
}

}  // namespace

CommandEntries prune_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "toolchain prune", .run = run_prune, .hints_of_release = false}};
    return kEntries;
}

}  // namespace latchkey::cli
