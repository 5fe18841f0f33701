#include "encoding_choice.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace latchkey::transfer {
namespace {

/// What a component costs in one encoding. The unit of bytes is a byte of its xz.
struct Cost {
    dist::Encoding encoding;
    config::Compression wish;
    double line_bytes;
    double decoded_bytes_per_second;  ///< On one processor, hashed and written.
};

/// In rustup's order. Ratios over the default profile of Rust 1.95.0; speeds of liblzma 5.4,
/// libzstd 1.5 and ISA-L 2.30 on a server's core, where only their proportion to each other and to
/// the line matters, and to that only within a factor of two.
constexpr std::array<Cost, 3> kCosts{{{dist::Encoding::zst, config::Compression::zst, 1.15, 80e6},
                                      {dist::Encoding::xz, config::Compression::xz, 1.0, 14e6},
                                      {dist::Encoding::gz, config::Compression::gz, 1.8, 65e6}}};

/// No decoder can split an artifact, and the largest of a profile is about half of it: more than
/// two processors have nothing to decode for long.
constexpr std::size_t kStreams = 2;

/// Within this the first in the order is as good as the best.
constexpr double kEven = 1.02;

/// Beginning again must pay for what was measured wrongly, and for its new connection.
constexpr double kGain = 1.2;

const dist::Source* find_encoding(const std::vector<dist::Source>& sources,
                                  dist::Encoding encoding) {
    const auto found = std::ranges::find_if(sources, [encoding](const dist::Source& source) {
        return source.encoding == encoding && source.digest();
    });
    return found == sources.end() ? nullptr : &*found;
}

/// Units: seconds for a byte of xz.
double time_of(const Cost& cost, Circumstances circumstances) {
    const auto streams =
        static_cast<double>(std::clamp<std::size_t>(circumstances.together, 1, kStreams));
    const double processors = std::clamp(circumstances.processors, 0.1, streams);
    const double line = cost.line_bytes / circumstances.line_bytes_per_second.value_or(1.0);
    const double work = 1.0 / (cost.decoded_bytes_per_second * processors);
    return std::max(line, work);
}

struct Offer {
    const dist::Source* source;
    const Cost* cost;
    double time;
};

std::vector<Offer> offers_of(const std::vector<dist::Source>& sources,
                             Circumstances circumstances) {
    std::vector<Offer> offers;
    for (const Cost& cost : kCosts) {
        const dist::Source* const source = find_encoding(sources, cost.encoding);
        if (source) offers.push_back({source, &cost, time_of(cost, circumstances)});
    }
    return offers;
}

const Offer& first_of_best(const std::vector<Offer>& offers) {
    double best = std::numeric_limits<double>::infinity();
    for (const Offer& offer : offers) best = std::min(best, offer.time);
    return *std::ranges::find_if(offers, [best](const Offer& o) { return o.time <= kEven * best; });
}

}  // namespace

const dist::Source* choose_source(const std::vector<dist::Source>& sources,
                                  config::Compression wish, Circumstances circumstances) {
    const std::vector<Offer> offers = offers_of(sources, circumstances);
    if (offers.empty()) return nullptr;
    for (const Offer& offer : offers) {
        if (offer.cost->wish == wish) return offer.source;
    }
    const bool decide =
        wish == config::Compression::automatic && circumstances.line_bytes_per_second;
    return decide ? first_of_best(offers).source : offers.front().source;
}

const dist::Source* find_better(const std::vector<dist::Source>& sources,
                                const dist::Source& current, double share_left,
                                Circumstances circumstances) {
    if (!circumstances.line_bytes_per_second) return nullptr;
    const std::vector<Offer> offers = offers_of(sources, circumstances);
    const auto now = std::ranges::find_if(offers, [&current](const Offer& offer) {
        return offer.source->encoding == current.encoding;
    });
    if (now == offers.end()) return nullptr;
    const Offer& best = first_of_best(offers);
    return best.time * kGain < now->time * share_left ? best.source : nullptr;
}

}  // namespace latchkey::transfer
