#include "in_place.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::strategies {

Unpacked::Unpacked(const Scene& scene)
    : pace_(scene.pace), root_(scene.temporary() + "/unpack." + std::to_string(::getpid())) {}

Unpacked::~Unpacked() {
    try {
        platform::remove_tree(PermitMint::worker(), root_);
    } catch (const Error&) {
        // Left behind, as by a process that was killed.
    }
}

std::string Unpacked::folder(const std::string& component, std::uint64_t version) const {
    return root_ + "/" + component + "." + std::to_string(version);
}

bool Unpacked::has(const Plan& plan) const {
    return std::all_of(plan.unpack.begin(), plan.unpack.end(), [&](const std::string& component) {
        return std::find(here_.begin(), here_.end(), std::pair(component, plan.result.version)) !=
               here_.end();
    });
}

void Unpacked::complete(const Plan& plan) {
    for (const std::string& component : plan.unpack) {
        const std::pair key(component, plan.result.version);
        if (std::find(here_.begin(), here_.end(), key) != here_.end()) continue;
        unpack(*pace_, folder(component, plan.result.version), component, plan.result.version);
        here_.push_back(key);
    }
}

std::string InPlace::begin_read(const std::string&, platform::Environment& environment) {
    share(environment);
    return scene_.toolchain();
}

void InPlace::share(platform::Environment&) {}

void InPlace::change(const Change& change) {
    Unpacked unpacked(scene_);
    for (;;) {
        Plan plan = make_plan(change, find_listed(scene_.toolchain()));
        unpacked.complete(plan);
        lock_exclusively();
        if (looks_again()) plan = make_plan(change, find_listed(scene_.toolchain()));
        const bool ready = unpacked.has(plan);
        if (ready) apply(plan, unpacked);
        unlock();
        if (ready) return;
    }
}

void InPlace::apply(const Plan& plan, const Unpacked& unpacked) const {
    for (const std::string& component : plan.unpack) {
        move_into(*scene_.pace, unpacked.folder(component, plan.result.version), component,
                  scene_.toolchain());
    }
    save_listed(scene_.toolchain(), plan.result);
}

void lock_file(const platform::Fd& file, int operation, const Journal& journal, Role role) {
    if (::flock(file.number(), operation | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) throw platform::os_error(errno, "lock a file");
    const Wait wait(journal, role);
    while (::flock(file.number(), operation) != 0) {
        if (errno != EINTR) throw platform::os_error(errno, "lock a file");
    }
}

platform::Fd open_lock(const std::string& path, bool over_exec) {
    platform::Fd file = platform::open_file(path, O_RDWR | O_CREAT);
    return over_exec ? platform::copy_over_exec(file.number()) : std::move(file);
}

}  // namespace latchkey::strategies
