#pragma once

#include "in_place.hpp"

namespace latchkey::strategies {

/// A server that grants locks, as gradle and watchman have their daemons: started by whoever needs
/// it first, gone when nobody has needed it for a second. A lease is a connection to its socket, so
/// it ends when the client does, however that dies. The server knows whose child asks: a change
/// below a reader passes that reader, and what can never be granted is refused.
class LeaseClient final : public InPlace {
public:
    LeaseClient(Scene scene, const platform::Environment& environment);

private:
    void share(platform::Environment& environment) override;
    void lock_exclusively() override;
    void unlock() override { lease_.close(); }

    /// Waits until it is granted. Throws: Errc::busy when it is refused.
    void ask(char mode, Role role);

    std::string parent_;  ///< The lease under which this process was started; "-": none.
    platform::Fd lease_;
    std::string id_;
};

}  // namespace latchkey::strategies
