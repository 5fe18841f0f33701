#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "latchkey/archive/unpack.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"
#include "sources.hpp"
#include "support/umask.hpp"

namespace latchkey::archive {

using test::Umask;

/// Threads of their own, as `task` lends them.
class TestThreads : public Helpers {
public:
    void run(const OnWorker& on, unsigned more,
             const std::function<void(const OnWorker&)>& job) const override {
        std::exception_ptr first;
        std::mutex mutex;
        const auto guarded = [&] {
            try {
                job(on);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!first) first = std::current_exception();
            }
        };
        {
            std::vector<std::jthread> threads;
            for (unsigned i = 0; i < more; ++i) threads.emplace_back(guarded);
            guarded();
        }
        if (first) std::rethrow_exception(first);
    }
};

/// A folder of one test, with a staging folder in it and a file that must stay as it is.
class Sandbox {
public:
    Sandbox() {
        std::string pattern = std::filesystem::temp_directory_path() / "latchkey-archive-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        root_ = pattern;
        std::filesystem::create_directory(staging());
        std::ofstream(root_ + "/witness") << "untouched";
    }
    ~Sandbox() { platform::remove_tree(PermitMint::worker(), root_); }
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    [[nodiscard]] const std::string& root() const { return root_; }
    [[nodiscard]] std::string staging() const { return root_ + "/staging"; }
    [[nodiscard]] std::string tree(const std::string& path) const {
        return staging() + "/tree/" + path;
    }

    /// Nothing but the staging folder and the witness, whose content nobody changed.
    [[nodiscard]] bool clean_outside() const {
        for (const auto& entry : std::filesystem::directory_iterator(root_)) {
            const std::string name = entry.path().filename();
            if (name != "staging" && name != "witness") return false;
        }
        return text_of(root_ + "/witness") == "untouched" &&
               std::filesystem::hard_link_count(root_ + "/witness") == 1;
    }

    [[nodiscard]] std::vector<std::string> left_in_staging() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(staging())) {
            names.push_back(entry.path().filename());
        }
        return names;
    }

    [[nodiscard]] UnpackRequest request() const {
        return {staging(), "rustc-x86_64-unknown-linux-gnu", "rustc", "rustc", false};
    }

    /// For all that a package has.
    [[nodiscard]] UnpackRequest request_for_all() const {
        return {staging(), "", "", "rust", false};
    }

    Unpacked run_for_all(const std::string& tar) const {
        MemorySource source(tar, 1024);
        const TestThreads threads;
        return unpack(PermitMint::worker({}, &threads), source, request_for_all());
    }

    Unpacked run(const std::string& tar, std::size_t piece_bytes = 64 * 1024) const {
        MemorySource source(tar, piece_bytes);
        return run(source);
    }

    Unpacked run(ByteSource& source) const {
        const TestThreads threads;
        return unpack(PermitMint::worker({}, &threads), source, request());
    }

    [[nodiscard]] static std::string text_of(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    [[nodiscard]] static mode_t mode_of(const std::string& path) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) return 0;
        return status.st_mode & 07777;
    }

private:
    std::string root_;
};

}  // namespace latchkey::archive
