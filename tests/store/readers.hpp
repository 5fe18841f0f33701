#pragma once

#include <string>
#include <vector>

#include "store_home.hpp"
#include "support/lock_holder.hpp"

namespace latchkey::test {

/// Another process that holds these ranges, as `KIND:NAME`, until it is told otherwise.
inline Child hold(const StoreHome& home, const std::string& mode,
                  const std::vector<std::string>& keys) {
    Child holder = start_holder(home.home.lock_file().path(), mode + " try", keys);
    const std::string answer = holder.wait_for_line();
    if (!answer.starts_with("held")) throw std::runtime_error("not held: " + answer);
    return holder;
}

/// Another process that runs from a place, as a tool does that a proxy became, and may load these
/// components; "*" is all.
inline Child run_from(const StoreHome& home, const std::string& place,
                      const std::vector<std::string>& components = {}) {
    std::vector<std::string> keys{"directory:" + place};
    for (const std::string& each : components) keys.push_back("use:" + place + "/" + each);
    return hold(home, "shared", keys);
}

/// The process ends, and the kernel has taken its ranges back.
inline void stop(Child& holder) {
    holder.close_input();
    holder.wait();
}

/// A process that works in a directory and holds no range: rustup's own proxy, or a shell.
inline Child work_in(const std::string& directory) {
    ChildOptions options;
    options.folder = directory;
    Child child("/bin/cat", options);
    child.say("ready");
    child.wait_for_line();
    return child;
}

}  // namespace latchkey::test
