#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"

namespace latchkey::strategies {

/// The work that every strategy does, the same for all: fake components, whose files say which
/// version they are of. Only the order of things, and who is kept out meanwhile, is a strategy's.

inline constexpr int kFilesOfComponent = 6;

/// What a toolchain's list files say.
struct Listed {
    std::uint64_t version = 0;
    std::uint64_t generation = 0;  ///< How many changes it has seen.
    std::vector<std::string> components;
};

/// Writes beside `path`, in a name of this process's, and renames: readers see the old text or the
/// new.
void replace_file(const std::string& path, const std::string& text);

/// How long a change's work takes, in steps; and the step at which it meets its end, for the driver
/// that wants it killed or stopped at every one.
///
/// Thread: one at a time.
class Pace {
public:
    Pace() = default;
    /// Shape: "KILL 12" or "STOP 12".
    /// Throws: Errc::usage.
    explicit Pace(const std::string& signal_at_step);

    void step(double milliseconds);

private:
    int signal_ = 0;
    std::uint64_t at_ = 0;
    std::uint64_t steps_ = 0;
};

/// A change that a user asks for.
struct Change {
    enum class Kind { install, add, update };
    Kind kind = Kind::add;
    std::uint64_t version = 0;            ///< Not for `add`: it takes the toolchain's.
    std::vector<std::string> components;  ///< Not for `update`: it replaces all.
};

/// What a change comes to, seen from what is installed.
struct Plan {
    Listed result;
    std::vector<std::string> unpack;  ///< Components that are new, or new in this version.
};
Plan make_plan(const Change& change, const std::optional<Listed>& installed);

/// `lib/COMPONENT/NUMBER`, relative to the toolchain or to the unpacked component.
std::string file_path(const std::string& component, int number);

/// Unpacks one component below `folder`: some milliseconds, as archives take. All its files carry
/// the version and one number that no other unpacking has.
void unpack(Pace& pace, const std::string& folder, const std::string& component,
            std::uint64_t version);

/// Puts an unpacked component into a toolchain, file by file, over the old ones: as rustup, with
/// the time that files take when there are thousands.
void move_into(Pace& pace, const std::string& unpacked, const std::string& component,
               const std::string& toolchain);

/// A second toolchain's worth of names for the files of one component.
void link_into(const std::string& from, const std::string& component, const std::string& toolchain);

/// Writes the list files, each by a rename.
void save_listed(const std::string& toolchain, const Listed& listed);

/// Empty where there is no toolchain.
std::optional<Listed> find_listed(const std::string& toolchain);

/// The text for the channel manifest's place, which says the version.
std::string version_text(const Listed& listed);

/// Takes as long as something takes. No processor is used: the machine may have few.
void take_ms(double milliseconds);

/// What a tool saw, from its first file to its last.
struct Seen {
    std::uint64_t version = 0;  ///< Of the first file.
    std::uint64_t files = 0;
    std::uint64_t failed = 0;  ///< Files that were not there, or were not whole.
    std::uint64_t mixed = 0;   ///< Files of another version, or of another unpacking in one pass.
    std::map<std::string, std::string> unpacking;  ///< In this pass.
};

/// Reads each file of each component that is listed, over `milliseconds`.
void read_toolchain(const std::string& toolchain, double milliseconds, Seen& seen);

}  // namespace latchkey::strategies
