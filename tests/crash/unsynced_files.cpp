#include "unsynced_files.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>

namespace latchkey::crash {

void UnsyncedFiles::begin(pid_t thread, const CallSeen& seen) {
    const long number = seen.call->number;
    const bool writes = number == SYS_write || number == SYS_pwrite64 || number == SYS_writev ||
                        number == SYS_copy_file_range || number == SYS_sendfile ||
                        number == SYS_ftruncate || number == SYS_ioctl;
    const bool syncs_one = number == SYS_fsync || number == SYS_fdatasync;
    struct stat status {};
    if (writes || syncs_one) {
        const std::string path =
            "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(seen.descriptor());
        if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    }
    const Id id{status.st_dev, status.st_ino};
    if (writes) files_[id] = seen.path;
    // What is written while the call runs becomes unsynced anew, under another count.
    if (writes) {
        for (auto& [_, files_of_a_sync] : syncing_) files_of_a_sync.erase(id);
    }
    if (syncs_one) {
        syncing_[thread] = {};
        if (files_.contains(id)) syncing_[thread].insert(*files_.find(id));
    }
    if (number == SYS_syncfs || number == SYS_sync) syncing_[thread] = files_;
}

void UnsyncedFiles::end(pid_t thread, bool well) {
    const auto found = syncing_.find(thread);
    if (found == syncing_.end()) return;
    if (well) {
        for (const auto& [id, path] : found->second) files_.erase(id);
    }
    syncing_.erase(found);
}

}  // namespace latchkey::crash
