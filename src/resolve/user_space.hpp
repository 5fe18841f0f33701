#pragma once

#include <string>

namespace latchkey::resolve {

/// What programs of a system are made for, which its kernel does not say.
struct UserSpace {
    bool is_32bit = false;  ///< The shell is a 32-bit ELF file.
    bool is_musl = false;   ///< The shell is run by musl's loader, or there is no other.
};

/// Looks at the shell below `root`, "" for this system's own. Asks for no more than it needs: where
/// musl has no loader, whether that is so costs one system call.
///
/// rustup-init.sh asks `ldd --version` for the C library. Its answer is that of the C library by
/// which the distribution's programs run, and so is this one, without a process: musl's loader may
/// be there beside glibc's (Debian's package musl), and glibc's name beside musl's (Alpine's
/// gcompat). Where nothing can be told, as in an empty root, it is the C library of this program.
UserSpace load_user_space(const std::string& root, bool ask_for_bits);

}  // namespace latchkey::resolve
