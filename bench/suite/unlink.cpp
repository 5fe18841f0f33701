// unlink DIR THREADS: deletes the files below a directory, its directories shared out among
// threads, with nothing around it, as fast as that can be. The directories, which are few, go last.

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

void unlink_files(const std::string& directory) {
    DIR* const stream = opendir(directory.c_str());
    if (!stream) return;
    while (const dirent* entry = readdir(stream)) {
        if (entry->d_type != DT_DIR) unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 2;
    std::vector<std::string> directories{words[1]};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(words[1])) {
        if (entry.is_directory() && !entry.is_symlink()) directories.push_back(entry.path());
    }
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < std::atoi(words[2]); ++i) {
        threads.emplace_back([&] {
            for (std::size_t at = next++; at < directories.size(); at = next++) {
                unlink_files(directories[at]);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    std::ranges::sort(directories, std::ranges::greater(), &std::string::size);
    for (const std::string& directory : directories) rmdir(directory.c_str());
    return std::filesystem::exists(words[1]) ? 1 : 0;
}
