#include "latchkey/toolchain/given_release.hpp"

#include "channel.hpp"

namespace latchkey::toolchain {

News given_release(const std::string& text, const std::string& hash,
                   const std::string& shown_path) {
    auto answer = std::make_shared<ChannelAnswer>();
    answer->kind = ChannelAnswer::Kind::manifest;
    answer->manifest = dist::parse_manifest(text, shown_path);
    answer->text = std::make_shared<const std::string>(dist::serialise(answer->manifest));
    answer->hash = hash;
    News news;
    news.kind = News::Kind::some;
    news.answer = std::move(answer);
    return news;
}

}  // namespace latchkey::toolchain
