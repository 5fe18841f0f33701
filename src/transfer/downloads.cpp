#include "downloads.hpp"

#include <algorithm>

namespace latchkey::transfer {
namespace {

/// Where RUSTUP_CONCURRENT_DOWNLOADS does not say.
constexpr std::size_t kFirst = 2;
constexpr std::size_t kMost = 4;

/// Units: bytes a second of xz that one decoder takes at the least.
constexpr double kDecoder = 8e6;

std::string server_of(const net::Url& url) {
    return url.scheme() + "://" + url.host_and_port();
}

}  // namespace

Downloads::Downloads(std::optional<unsigned> at_once)
    : permits_(at_once.value_or(kFirst)),
      opened_(at_once.has_value()),
      fixed_(at_once.has_value()) {}

task::awaitable<task::Permits::Permit> Downloads::acquire(std::uint64_t weight) {
    return permits_.acquire(weight);
}

bool Downloads::sends_parts(const net::Url& url) const {
    return !without_parts_.contains(server_of(url));
}

void Downloads::give_up_parts(const net::Url& url) {
    without_parts_.insert(server_of(url));
}

void Downloads::open() {
    if (opened_) return;
    opened_ = true;
    permits_.add(kMost - kFirst);
}

Downloads::Flow::Flow(Downloads& downloads, const net::LineMeter& line)
    : downloads_(downloads), line_(line) {}

Downloads::Flow::~Flow() {
    pause();
    downloads_.open();
}

void Downloads::Flow::begin(std::uint64_t rest_bytes) {
    rest_bytes_ = rest_bytes;
    if (comes_) return;
    comes_ = true;
    downloads_.flows_.push_back(this);
    ++downloads_.changes_;
}

void Downloads::Flow::pause() {
    if (!comes_) return;
    comes_ = false;
    std::erase(downloads_.flows_, this);
    ++downloads_.changes_;
}

void Downloads::Flow::came(std::uint64_t bytes) {
    rest_bytes_ -= std::min(bytes, rest_bytes_);
    if (line_.bytes_per_second().value_or(kDecoder) < kDecoder) downloads_.open();
}

void Downloads::Flow::hold() {
    held_ = true;
    const auto& all = downloads_.flows_;
    if (all.size() >= kFirst && std::ranges::all_of(all, &Flow::held_)) downloads_.open();
}

void Downloads::Flow::release() {
    held_ = false;
}

bool Downloads::Flow::may_widen() const {
    return !downloads_.fixed_ && std::ranges::none_of(downloads_.flows_, [this](const Flow* other) {
        return other->in_parts_ || other->rest_bytes_ > rest_bytes_;
    });
}

}  // namespace latchkey::transfer
