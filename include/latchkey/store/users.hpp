#pragma once

#include <string>

#include "latchkey/platform/directory_users.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Who uses the toolchains of a home: by ranges as they are when it is asked, without ranges as it
/// was at the look. Takes no range, so no proxy ever meets the question.
class Users {
public:
    /// Throws: Errc::io if /proc cannot be listed.
    static Users look(const Home& home);

    /// Whether somebody uses a directory of this toolchain, at home or away.
    ///
    /// Throws: Errc::io, Errc::unsupported.
    [[nodiscard]] bool use(const Home& home, const std::string& toolchain) const;

private:
    explicit Users(platform::DirectoryUsers without_ranges)
        : without_ranges_(std::move(without_ranges)) {}

    platform::DirectoryUsers without_ranges_;
};

}  // namespace latchkey::store
