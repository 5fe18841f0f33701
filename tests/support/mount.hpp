#pragma once

#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>

namespace latchkey::test {

/// Something mounted for one test. Not there if this user may not mount.
class Mount {
public:
    Mount(const char* type, std::string place, const std::string& options)
        : place_(std::move(place)),
          mounted_(::mount(type, place_.c_str(), type, 0, options.c_str()) == 0) {}
    ~Mount() {
        if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
    }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    [[nodiscard]] bool is_there() const {
        if (!mounted_) WARN("skipped: nothing can be mounted here");
        return mounted_;
    }

private:
    std::string place_;
    bool mounted_;
};

}  // namespace latchkey::test
