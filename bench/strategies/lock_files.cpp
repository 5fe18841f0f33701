#include "lock_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "latchkey/base/text.hpp"

namespace latchkey::strategies {
namespace {

const std::string kVariable = "BENCH_LOCK_FD";

std::string lock_path(const Scene& scene) {
    return scene.home + "/lock";
}

/// An open file description lock on the whole file: F_RDLCK or F_WRLCK.
void lock_description(int file, short type, const Journal& journal, Role role) {
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    if (::fcntl(file, F_OFD_SETLK, &range) == 0) return;
    if (errno != EAGAIN && errno != EACCES) throw platform::os_error(errno, "lock a file");
    const Wait wait(journal, role);
    while (::fcntl(file, F_OFD_SETLKW, &range) != 0) {
        if (errno != EINTR) throw platform::os_error(errno, "lock a file");
    }
}

/// Is this number open, and the lock file? Programs on the way may have closed it, and opened
/// something else.
bool is_lock_file(int number, const std::string& path) {
    struct stat here {};
    struct stat there {};
    return ::fstat(number, &here) == 0 && ::stat(path.c_str(), &there) == 0 &&
           here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

}  // namespace

void GlobalMutex::lock_exclusively() {
    file_ = open_lock(scene().temporary() + "/rustup.mutex", false);
    lock_file(file_, LOCK_EX, scene().journal, Role::writer);
}

void RwLock::share(platform::Environment&) {
    file_ = open_lock(lock_path(scene()), true);
    lock_file(file_, LOCK_SH, scene().journal, Role::reader);
}

void RwLock::lock_exclusively() {
    file_ = open_lock(lock_path(scene()), false);
    lock_file(file_, LOCK_EX, scene().journal, Role::writer);
}

Inherited::Inherited(Scene scene_of, const platform::Environment& environment)
    : InPlace(std::move(scene_of)) {
    const auto number = parse_number(environment.find(kVariable).value_or(""));
    if (number && *number < 65536 && is_lock_file(static_cast<int>(*number), lock_path(scene()))) {
        inherited_ = static_cast<int>(*number);
    }
}

void Inherited::share(platform::Environment& environment) {
    if (inherited_ >= 0) return;
    file_ = open_lock(lock_path(scene()), true);
    lock_description(file_.number(), F_RDLCK, scene().journal, Role::reader);
    environment.set(kVariable, std::to_string(file_.number()));
}

void Inherited::lock_exclusively() {
    if (inherited_ < 0) file_ = open_lock(lock_path(scene()), false);
    lock_description(inherited_ < 0 ? file_.number() : inherited_, F_WRLCK, scene().journal,
                     Role::writer);
}

void Inherited::unlock() {
    if (inherited_ < 0) return file_.close();
    lock_description(inherited_, F_RDLCK, scene().journal, Role::writer);
}

}  // namespace latchkey::strategies
