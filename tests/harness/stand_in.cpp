// Stands for every tool of a synthetic toolchain, and notices when its sysroot is not all of one
// release: the last bytes of its own file say which it is of, and the first of every other file
// too. Called "again", it runs a command over and over. With "--tell" as its third word it says, at
// its end, where it ran, of which release, and how many files it had.

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

extern char** environ;

namespace {

constexpr int kViolation = 90;
constexpr std::size_t kReleaseBytes = 8;  // "RELEASEa"

double now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void pause_ms(long milliseconds) {
    const timespec time{milliseconds / 1000, milliseconds % 1000 * 1000000};
    ::nanosleep(&time, nullptr);
}

[[noreturn]] void violation(const std::string& what) {
    std::fprintf(stderr, "VIOLATION: %s\n", what.c_str());
    std::exit(kViolation);
}

std::string content(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) violation("missing: " + path + ": " + std::strerror(errno));
    std::string text;
    char bytes[4096];
    for (ssize_t count; (count = ::read(file, bytes, sizeof bytes)) > 0;) {
        text.append(bytes, static_cast<std::size_t>(count));
    }
    ::close(file);
    return text;
}

std::string own_release() {
    const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    char bytes[kReleaseBytes];
    const off_t end = ::lseek(file, 0, SEEK_END);
    if (::pread(file, bytes, sizeof bytes, end - static_cast<off_t>(sizeof bytes)) !=
        sizeof bytes) {
        violation("its own file cannot be read");
    }
    ::close(file);
    return {bytes, sizeof bytes};
}

std::vector<std::string> list(const std::string& folder) {
    std::vector<std::string> names;
    DIR* stream = ::opendir(folder.c_str());
    if (stream == nullptr) return names;
    while (const dirent* entry = ::readdir(stream)) {
        if (entry->d_name[0] != '.') names.push_back(entry->d_name);
    }
    ::closedir(stream);
    return names;
}

/// Whether this process has the range of `use <place>/<component>`, from its proxy: by the kernel's
/// list of the locks of each open file, proc(5), and the names of ranges, docs/formats.md.
bool holds(const std::string& root, const std::string& component) {
    const std::string toolchain = root.substr(0, root.size() - 1);
    const std::size_t away = toolchain.rfind("/away/");
    const std::string place = away != std::string::npos
                                  ? toolchain.substr(away + 1)
                                  : "home" + toolchain.substr(toolchain.rfind('/'));
    const auto lane_of = [](const std::string& name) {
        constexpr unsigned long kUse = 3;
        return std::to_string(16 * (XXH3_64bits(name.data(), name.size()) >> 5) + 2 * kUse);
    };
    std::vector<std::string> lanes = {lane_of(place + "/*"), lane_of(place + "/" + component)};
    // Its full name may end as the toolchain's does, with the host's tuple.
    for (std::size_t dash = place.find('-'); dash != std::string::npos;
         dash = place.find('-', dash + 1)) {
        lanes.push_back(lane_of(place + "/" + component + place.substr(dash)));
    }
    for (const std::string& number : list("/proc/self/fdinfo")) {
        std::FILE* info = std::fopen(("/proc/self/fdinfo/" + number).c_str(), "r");
        if (info == nullptr) continue;
        char line[256];
        bool found = false;
        while (std::fgets(line, sizeof line, info) != nullptr) {
            const std::string text = line;
            const bool is_lock =
                text.starts_with("lock:") && text.find("OFDLCK") != std::string::npos;
            for (const std::string& lane : lanes) {
                found = found || (is_lock && text.find(" " + lane + " ") != std::string::npos);
            }
        }
        std::fclose(info);
        if (found) return true;
    }
    return false;
}

/// What the tools of a component load, below the sysroot.
std::vector<std::string> folders_of(const std::string& tool) {
    std::vector<std::string> folders = {"lib/rustc", "lib/rustlib/host/lib"};
    if (tool == "clippy-driver") folders.push_back("share/clippy");
    if (tool == "rust-analyzer") folders.push_back("lib/rustlib/src/rust");
    if (tool == "cargo") folders.push_back("etc/cargo");
    return folders;
}

class Sysroot {
public:
    Sysroot(const std::string& root, const std::string& tool, std::string release)
        : release_(std::move(release)) {
        for (const std::string& folder : folders_of(tool)) add(root, folder);
        if (files_.empty()) violation("nothing in " + root);
    }

    /// Every file is still there, of the release, and as it was when first read.
    void check() {
        for (auto& [path, first] : files_) {
            const std::string text = content(path);
            if (!text.starts_with(release_)) {
                violation("mixed: " + path + " is of " + text.substr(0, kReleaseBytes) + ", not " +
                          release_);
            }
            if (first.empty()) first = text;
            if (first != text) violation("changed: " + path);
        }
    }

    std::size_t count() const { return files_.size(); }

private:
    /// rust-src is there or not, and whoever starts while it leaves does not hold it.
    void add(const std::string& root, const std::string& folder) {
        if (folder.ends_with("src/rust") && !holds(root, "rust-src")) return;
        const std::vector<std::string> names = list(root + folder);
        if (names.empty()) violation("missing: " + root + folder);
        for (const std::string& name : names) files_[root + folder + "/" + name];
    }

    std::string release_;
    std::map<std::string, std::string> files_;
};

int run(char* const* words) {
    pid_t child = 0;
    if (const int error = ::posix_spawnp(&child, words[0], nullptr, nullptr, words, environ)) {
        std::fprintf(stderr, "%s: %s\n", words[0], std::strerror(error));
        return 127;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool exists(const char* path) {
    return ::access(path, F_OK) == 0;
}

/// again STOP COMMAND...: until the file STOP is there, or the command fails.
int again(char** words) {
    for (unsigned long count = 1;; ++count) {
        const int code = run(words + 1);
        if (code != 0) {
            std::printf("%lu FAILED %d\n", count, code);
            return code;
        }
        if (exists(words[0])) {
            std::printf("%lu\n", count);
            return 0;
        }
    }
}

/// cargo build N: as many rustcs, by PATH, each of cargo's release and generation.
int build(int count, const std::string& release, const std::string& root) {
    for (int i = 0; i < count; ++i) {
        const char* words[] = {"rustc", "--expect", release.c_str(), root.c_str(), nullptr};
        if (const int code = run(const_cast<char* const*>(words))) return code;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string program = argv[0];
    const std::string tool = program.substr(program.rfind('/') + 1);
    if (argc > 3 && std::strcmp(argv[1], "again") == 0) return again(argv + 2);
    const std::string release = own_release();
    const std::string bin = program.substr(0, program.rfind('/'));
    const std::string root = bin.substr(0, bin.rfind('/')) + "/";
    Sysroot sysroot(root, tool, release);
    sysroot.check();
    const std::string word = argc > 2 ? argv[1] : "";
    unsigned long rounds = 1;
    if (word == "--expect" && release != argv[2]) {
        violation("mixed: " + program + " is of " + release + ", its cargo of " + argv[2]);
    } else if (word == "--expect" && argc > 3 && root != argv[3]) {
        violation("mixed: " + program + " is not in its cargo's " + argv[3]);
    } else if (word == "--for") {
        for (const double end = now() + std::atof(argv[2]) / 1000; now() < end; ++rounds) {
            pause_ms(1);
            sysroot.check();
        }
    } else if (word == "--until") {
        for (; !exists(argv[2]); ++rounds) {
            pause_ms(2);
            sysroot.check();
        }
        std::printf("%lu times %zu files\n", rounds, sysroot.count());
    } else if (word == "build") {
        if (const int code = build(std::atoi(argv[2]), release, root)) return code;
        sysroot.check();
    }
    if (argc > 3 && std::strcmp(argv[3], "--tell") == 0) {
        std::printf("%s %s %zu\n", root.c_str(), release.c_str(), sysroot.count());
    }
    return 0;
}
