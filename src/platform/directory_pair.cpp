#include "latchkey/platform/directory_pair.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::platform {

std::optional<DirectoryPair> DirectoryPair::find(const std::string& from, const std::string& to) {
    constexpr int kFlags = O_PATH | O_DIRECTORY;
    auto source = find_file(from, kFlags);
    if (!source) return std::nullopt;
    return DirectoryPair(from, std::move(*source), to, open_file(to, kFlags));
}

DirectoryPair::DirectoryPair(std::string from_path, Fd from, std::string to_path, Fd to)
    : from_path_(std::move(from_path)),
      from_(std::move(from)),
      to_path_(std::move(to_path)),
      to_(std::move(to)) {}

NewName DirectoryPair::try_add_name(const std::string& name) const {
    if (::linkat(from_.number(), name.c_str(), to_.number(), name.c_str(), 0) == 0) {
        return NewName::made;
    }
    return platform::try_add_name(from_path_ + "/" + name, to_path_ + "/" + name);
}

std::optional<FileStatus> DirectoryPair::find_status(const std::string& name) const {
    struct stat status {};
    if (::fstatat(to_.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return to_status(status);
    }
    return platform::find_status(to_path_ + "/" + name);
}

}  // namespace latchkey::platform
