#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "latchkey/platform/fd.hpp"
#include "strategy.hpp"

namespace latchkey::strategies {

/// Components unpacked into a folder of this process's own. Gone with it, unless it was killed.
class Unpacked {
public:
    explicit Unpacked(const Scene& scene);
    Unpacked(const Unpacked&) = delete;
    Unpacked& operator=(const Unpacked&) = delete;
    ~Unpacked();

    /// Unpacks what the plan needs and is not here yet.
    void complete(const Plan& plan);
    [[nodiscard]] bool has(const Plan& plan) const;
    [[nodiscard]] std::string folder(const std::string& component, std::uint64_t version) const;
    [[nodiscard]] const std::string& root() const { return root_; }

private:
    std::shared_ptr<Pace> pace_;
    std::string root_;
    std::vector<std::pair<std::string, std::uint64_t>> here_;
};

/// rustup's way to change a toolchain, under whatever lock: components are unpacked beside it,
/// then moved in file by file; at last the list is written.
///
/// Unpacking comes before the lock, and is done again where the toolchain has changed meanwhile:
/// kinder to those who wait than a lock around everything.
class InPlace : public Strategy {
public:
    explicit InPlace(Scene scene) : scene_(std::move(scene)) {}

    std::string begin_read(const std::string& tool, platform::Environment& environment) override;
    void change(const Change& change) final;

protected:
    /// A reader's lock, if there is one, for as long as the process lives.
    virtual void share(platform::Environment& environment);
    virtual void lock_exclusively() = 0;
    virtual void unlock() = 0;
    /// Does a writer look again at the list when it has the lock?
    [[nodiscard]] virtual bool looks_again() const { return true; }

    [[nodiscard]] const Scene& scene() const { return scene_; }

private:
    void apply(const Plan& plan, const Unpacked& unpacked) const;

    Scene scene_;
};

/// flock(2): LOCK_SH or LOCK_EX, tried first, so that only real waits are told.
void lock_file(const platform::Fd& file, int operation, const Journal& journal, Role role);

/// A descriptor of a lock file in the home. With `over_exec` a tool goes on holding it, and so does
/// whatever it starts.
platform::Fd open_lock(const std::string& path, bool over_exec);

}  // namespace latchkey::strategies
