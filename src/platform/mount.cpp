#include "latchkey/platform/mount.hpp"

#include <fcntl.h>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "proc_text.hpp"

namespace latchkey::platform {

std::string find_mount_line(const Fd& file) {
    const std::string info = find_proc_text("/proc/self/fdinfo/" + std::to_string(file.number()));
    for (const std::string_view line : lines(info)) {
        if (!line.starts_with("mnt_id:")) continue;
        const std::string id = std::string(trim(line.substr(7))) + " ";
        const std::string mounts = find_proc_text("/proc/self/mountinfo");
        for (const std::string_view mount : lines(mounts)) {
            if (mount.starts_with(id)) return std::string(mount);
        }
    }
    return {};
}

std::string find_file_system_kind(const std::string& path) {
    try {
        const std::string line = find_mount_line(open_file(path, O_PATH));
        constexpr std::string_view kSeparator = " - ";  // Ends the optional fields.
        const std::size_t at = line.find(kSeparator);
        if (at == std::string::npos) return "unknown";
        const std::string kind = line.substr(at + kSeparator.size());
        return kind.substr(0, kind.find(' '));
    } catch (const Error&) {
        return "unknown";
    }
}

}  // namespace latchkey::platform
