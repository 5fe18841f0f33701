#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

namespace latchkey::archive {

/// Compresses a stream by zstd, with a checksum. The same bytes give the same bytes.
///
/// Thread: one at a time.
class ZstdWriter {
public:
    /// Gets the compressed bytes in order. What it throws, the writer's functions throw.
    using Output = std::function<void(std::span<const std::byte>)>;

    explicit ZstdWriter(Output output);
    ~ZstdWriter();
    ZstdWriter(const ZstdWriter&) = delete;
    ZstdWriter& operator=(const ZstdWriter&) = delete;

    void write(std::span<const std::byte> bytes);
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey::archive
