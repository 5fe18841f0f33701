#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::archive {

/// Gives a text in pieces. Each piece is a copy that dies with the next call, so that
/// AddressSanitizer sees who keeps a span for too long.
class MemorySource : public ByteSource {
public:
    explicit MemorySource(std::string bytes, std::size_t piece_bytes = 64 * 1024)
        : bytes_(std::move(bytes)), piece_bytes_(piece_bytes) {}

    std::span<const std::byte> next() override {
        piece_ = std::make_unique<std::string>(bytes_.substr(at_, piece_bytes_));
        at_ += piece_->size();
        return as_bytes(*piece_);
    }

    [[nodiscard]] bool exhausted() const { return at_ == bytes_.size() && piece_->empty(); }

private:
    std::string bytes_;
    std::size_t piece_bytes_;
    std::size_t at_ = 0;
    std::unique_ptr<std::string> piece_;
};

/// Gives a text, then fails with whatever it was told to.
template <class Failure>
class FailingSource : public ByteSource {
public:
    FailingSource(std::string bytes, Failure failure)
        : bytes_(std::move(bytes)), failure_(std::move(failure)) {}

    std::span<const std::byte> next() override {
        if (std::exchange(given_, true)) throw failure_;
        return as_bytes(bytes_);
    }

private:
    std::string bytes_;
    Failure failure_;
    bool given_ = false;
};

/// Reads to the end.
inline std::string drain(ByteSource& source) {
    std::string text;
    for (auto bytes = source.next(); !bytes.empty(); bytes = source.next()) {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return text;
}

}  // namespace latchkey::archive
