#pragma once

#include <cstdint>
#include <string>

namespace latchkey::transfer {

/// What a component is doing, for a bar on a terminal.
enum class Phase { waiting, downloading, unpacking, done };

/// Where a transfer tells how far it is.
///
/// Thread: the loop's; calls come in the order in which the user shall read them.
class Progress {
public:
    virtual ~Progress() = default;

    virtual void warn(const std::string& text) = 0;
    virtual void debug(const std::string& text) = 0;

    /// A component is being fetched. `id` is unique among those that run; `name` is what users call
    /// it. Said again for one that runs: what came is given up, and it begins from nothing.
    virtual void begin(const std::string& id, const std::string& name) = 0;

    /// Units: bytes of the artifact; told when the server says so.
    virtual void total(const std::string& id, std::uint64_t bytes) = 0;

    /// Units: bytes of the artifact that an earlier command left, and that need not come.
    virtual void resume(const std::string& id, std::uint64_t bytes) = 0;

    /// Units: bytes that came since the last call.
    virtual void advance(const std::string& id, std::uint64_t bytes) = 0;

    /// `text` is for `waiting`: "pid 4711: rustup component add clippy".
    virtual void phase(const std::string& id, Phase phase, const std::string& text) = 0;

    /// Done or failed: the bar goes.
    virtual void end(const std::string& id) = 0;
};

}  // namespace latchkey::transfer
