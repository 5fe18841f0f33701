#include "staging.hpp"

#include <sys/file.h>

#include <algorithm>

#include "in_place.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::strategies {
namespace {

/// The new toolchain: what stays is linked from the old one, what is new is moved in.
void stage(Pace& pace, const std::string& draft, const std::string& old, const Plan& plan,
           const Unpacked& unpacked) {
    for (const std::string& component : plan.result.components) {
        const bool fresh =
            std::find(plan.unpack.begin(), plan.unpack.end(), component) != plan.unpack.end();
        if (fresh) {
            move_into(pace, unpacked.folder(component, plan.result.version), component, draft);
        } else {
            link_into(old, component, draft);
        }
    }
    save_listed(draft, plan.result);
}

}  // namespace

std::string Staging::begin_read(const std::string&, platform::Environment&) {
    return scene_.toolchain();
}

void Staging::change(const Change& change) {
    Unpacked unpacked(scene_);
    const std::string name = scene_.toolchain();
    for (;;) {
        unpacked.complete(make_plan(change, find_listed(name)));
        const platform::Fd lock = open_lock(scene_.home + "/writers", false);
        lock_file(lock, LOCK_EX, scene_.journal, Role::writer);
        const Plan plan = make_plan(change, find_listed(name));
        if (!unpacked.has(plan)) continue;
        const std::string draft = unpacked.root() + "/draft";
        stage(*scene_.pace, draft, name, plan, unpacked);
        // rename(2) does not replace a folder that is not empty: the two change places at once.
        if (!platform::find_status(name)) {
            platform::rename_path(draft, name);
        } else if (!platform::exchange_paths(draft, name)) {
            throw Error(Errc::unsupported, "this file system cannot exchange two folders");
        }
        return;  // The old toolchain goes with the rest of `unpacked`.
    }
}

}  // namespace latchkey::strategies
