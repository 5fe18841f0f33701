#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

namespace latchkey::test {

/// Something mounted for one test. Not there if this user may not mount.
class Mount {
public:
    Mount(const char* type, const std::string& place, const std::string& options)
        : mounted_(::mount(type, place.c_str(), type, 0, options.c_str()) == 0) {
        if (mounted_) root_ = ::open(place.c_str(), O_PATH | O_CLOEXEC);
    }
    /// By its root, because what is tested may have renamed the place.
    ~Mount() {
        if (!mounted_) return;
        ::umount2(("/proc/self/fd/" + std::to_string(root_)).c_str(), MNT_DETACH);
        ::close(root_);
    }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    [[nodiscard]] bool is_there() const {
        if (!mounted_) WARN("skipped: nothing can be mounted here");
        return mounted_;
    }

private:
    bool mounted_;
    int root_ = -1;
};

}  // namespace latchkey::test
