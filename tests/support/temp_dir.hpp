#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::test {

/// A directory of its own under $TMPDIR, gone at the end with all that is in it.
class TempDir {
public:
    TempDir() {
        const char* root = std::getenv("TMPDIR");
        std::string name =
            std::string(root != nullptr && *root != '\0' ? root : "/tmp") + "/latchkey-test-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
        const char* canonical = ::realpath(name.c_str(), nullptr);
        path_ = canonical != nullptr ? canonical : name;
        std::free(const_cast<char*>(canonical));
    }
    ~TempDir() {
        try {
            platform::remove_tree(PermitMint::worker(), path_);
        } catch (const std::exception&) {
            // A test must not fail for what it left behind.
        }
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    /// Shape: canonical.
    [[nodiscard]] const std::string& path() const { return path_; }

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

    /// Makes a directory, with its parents; its path.
    std::string make(const std::string& name) const {
        platform::make_directories(*this / name);
        return *this / name;
    }

    /// Writes a file, with its parents; its path.
    std::string write(const std::string& name, std::string_view text) const {
        const std::size_t slash = name.rfind('/');
        if (slash != std::string::npos) make(name.substr(0, slash));
        platform::save_file(*this / name, text);
        return *this / name;
    }

private:
    std::string path_;
};

}  // namespace latchkey::test
