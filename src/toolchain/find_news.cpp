#include "channel.hpp"
#include "hold.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {
namespace {

News::Kind kind_of(const ChannelAnswer& answer, const Snapshot& snapshot) {
    switch (answer.kind) {
        case ChannelAnswer::Kind::unchanged:
            return News::Kind::none;
        case ChannelAnswer::Kind::inconsistent:
            return News::Kind::inconsistent;
        case ChannelAnswer::Kind::absent:
            return News::Kind::failed;
        case ChannelAnswer::Kind::manifest:
        case ChannelAnswer::Kind::combined:
            break;
    }
    // Which release somebody else put there, its own manifest says.
    const bool same = snapshot.usable && snapshot.changed_by_others &&
                      snapshot.installed_manifest && answer.text &&
                      snapshot.installed_manifest->text == *answer.text;
    return same ? News::Kind::none : News::Kind::some;
}

task::awaitable<News> look_for_news(Services& services, dist::ToolchainName name) {
    News news;
    try {
        const Snapshot snapshot = co_await load_snapshot(services, name.str(), nullptr);
        if (is_held(snapshot)) {
            news.kind = News::Kind::held;
            news.installed_manifest = snapshot.installed_manifest;
            co_return news;
        }
        std::optional<std::string> known = find_known_hash(services, name.str(), snapshot);
        ChannelAnswer answer = co_await fetch_channel(services, name, std::move(known),
                                                      oldest_date_of(name, snapshot));
        news.kind = kind_of(answer, snapshot);
        news.installed_manifest = snapshot.installed_manifest;
        news.answer = std::make_shared<const ChannelAnswer>(std::move(answer));
    } catch (const Error& e) {
        news.failure = e;
    }
    co_return news;
}

}  // namespace

task::awaitable<std::vector<News>> Engine::find_news(std::vector<dist::ToolchainName> names) {
    std::vector<task::awaitable<News>> looks;
    for (const dist::ToolchainName& name : names) looks.push_back(look_for_news(*services_, name));
    std::vector<News> all = co_await task::all(std::move(looks));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const News& news = all[i];
        if (news.kind == News::Kind::held) {
            services_->reporter.info(held_text(names[i], news.installed_manifest));
        }
        if (news.kind != News::Kind::inconsistent) continue;
        explain_mismatch(*services_, *news.answer->mismatch);
    }
    co_return all;
}

}  // namespace latchkey::toolchain
