#pragma once

#include <cstdint>
#include <string>

namespace latchkey::transfer {

/// What happens to a component, for a bar on a terminal.
enum class Phase { waiting, downloading, unpacking, done };

/// Receives the progress of transfers.
///
/// Thread: the loop's. Calls come in the order in which the user should read them.
class Progress {
public:
    virtual ~Progress() = default;

    virtual void warn(const std::string& text) = 0;
    virtual void debug(const std::string& text) = 0;

    /// The transfer of a component begins. `id` is unique among the transfers that are running;
    /// `name` is what users call the component. Called again for a running transfer: it discards
    /// what it has, and begins from nothing.
    virtual void begin(const std::string& id, const std::string& name) = 0;

    /// The size of the artifact. Not called if the server does not tell it.
    /// Units: bytes.
    virtual void total(const std::string& id, std::uint64_t bytes) = 0;

    /// The part of the artifact that an earlier command has left, and that is not downloaded.
    /// Units: bytes.
    virtual void resume(const std::string& id, std::uint64_t bytes) = 0;

    /// More of the artifact was downloaded.
    /// Units: bytes since the last call.
    virtual void advance(const std::string& id, std::uint64_t bytes) = 0;

    /// `text` tells whom a `waiting` transfer waits for: "pid 4711: rustup component add clippy".
    virtual void phase(const std::string& id, Phase phase, const std::string& text) = 0;

    /// The transfer has succeeded or failed: remove its bar.
    virtual void end(const std::string& id) = 0;
};

}  // namespace latchkey::transfer
