#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/net/sink.hpp"

namespace latchkey::setup {

/// A program that is downloaded, in memory, as long as its beginning is that of one of ours.
class ProgramSink final : public net::Sink {
public:
    void begin(std::optional<std::uint64_t> length_bytes) override;
    task::awaitable<bool> write(std::vector<std::byte> block) override;

    /// Enough came to see that it is not ours: the rest was not wanted.
    [[nodiscard]] bool is_foreign() const { return foreign_; }

    /// Of what came, all is one of our programs.
    [[nodiscard]] bool is_program() const;

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
    bool foreign_ = false;
};

}  // namespace latchkey::setup
