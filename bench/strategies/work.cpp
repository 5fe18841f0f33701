#include "work.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::strategies {
namespace {

constexpr double kUnpackFileMs = 1;
constexpr double kMoveFileMs = 0.2;
constexpr std::size_t kFileBytes = 2048;

const std::string kList = "/lib/rustlib/components";
const std::string kManifest = "/lib/rustlib/multirust-channel-manifest.toml";

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// "rustc 3 4711.0.123": the component, its version, its unpacking. Empty: not such a text.
std::vector<std::string> parse_file(const std::string& text) {
    std::vector<std::string> words;
    const auto first = lines(text);
    if (first.empty() || text.size() != kFileBytes) return words;
    for (const std::string_view word : split(first.front(), ' ')) words.emplace_back(word);
    if (words.size() != 3 || !parse_number(words[1])) words.clear();
    return words;
}

/// A name that no other unpacking has: the process, and when it was.
std::string new_unpacking() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(::getpid()) + "." + std::to_string(now.tv_sec) + "." +
           std::to_string(now.tv_nsec);
}

void read_file(const std::string& path, const std::string& component, Seen& seen) {
    ++seen.files;
    const auto text = platform::find_file_text(path);
    const std::vector<std::string> words = text ? parse_file(*text) : std::vector<std::string>();
    if (words.empty() || words[0] != component) {
        ++seen.failed;
        return;
    }
    const std::uint64_t version = *parse_number(words[1]);
    if (seen.version == 0) seen.version = version;
    const std::string& unpacking = seen.unpacking.try_emplace(component, words[2]).first->second;
    if (version != seen.version || words[2] != unpacking) ++seen.mixed;
}

}  // namespace

void replace_file(const std::string& path, const std::string& text) {
    const std::string draft = path + "." + std::to_string(::getpid());
    platform::make_directories(path.substr(0, path.rfind('/')));
    platform::save_file(draft, text);
    platform::rename_path(draft, path);
}

Pace::Pace(const std::string& signal_at_step) {
    const auto words = split(signal_at_step, ' ');
    const auto number = words.size() == 2 ? parse_number(words[1]) : std::nullopt;
    if (!number || (words[0] != "KILL" && words[0] != "STOP")) {
        throw Error(Errc::usage, "'" + signal_at_step + "' is no signal at a step");
    }
    signal_ = words[0] == "KILL" ? SIGKILL : SIGSTOP;
    at_ = *number;
}

void Pace::step(double milliseconds) {
    if (++steps_ == at_) ::kill(::getpid(), signal_);
    take_ms(milliseconds);
}

Plan make_plan(const Change& change, const std::optional<Listed>& installed) {
    Plan plan;
    if (installed) plan.result = *installed;
    if (change.kind != Change::Kind::install && !installed) {
        throw Error(Errc::not_found, "the toolchain is not installed");
    }
    ++plan.result.generation;
    if (change.kind != Change::Kind::add) plan.result.version = change.version;
    for (const std::string& component : change.components) {
        if (contains(plan.result.components, component)) continue;
        plan.result.components.push_back(component);
        plan.unpack.push_back(component);
    }
    if (change.kind == Change::Kind::update) plan.unpack = plan.result.components;
    return plan;
}

std::string file_path(const std::string& component, int number) {
    return "lib/" + component + "/" + std::to_string(number);
}

void unpack(Pace& pace, const std::string& folder, const std::string& component,
            std::uint64_t version) {
    platform::make_directories(folder + "/lib/" + component);
    std::string text = component + " " + std::to_string(version) + " " + new_unpacking() + "\n";
    text.resize(kFileBytes, '.');
    for (int number = 0; number < kFilesOfComponent; ++number) {
        pace.step(kUnpackFileMs);
        platform::save_file(folder + "/" + file_path(component, number), text);
    }
}

void move_into(Pace& pace, const std::string& unpacked, const std::string& component,
               const std::string& toolchain) {
    platform::make_directories(toolchain + "/lib/" + component);
    for (int number = 0; number < kFilesOfComponent; ++number) {
        pace.step(kMoveFileMs);
        const std::string path = file_path(component, number);
        platform::rename_path(unpacked + "/" + path, toolchain + "/" + path);
    }
}

void link_into(const std::string& from, const std::string& component,
               const std::string& toolchain) {
    platform::make_directories(toolchain + "/lib/" + component);
    for (int number = 0; number < kFilesOfComponent; ++number) {
        const std::string path = file_path(component, number);
        platform::link_file(from + "/" + path, toolchain + "/" + path);
    }
}

std::string version_text(const Listed& listed) {
    return std::to_string(listed.version) + "\n" + std::to_string(listed.generation) + "\n";
}

void save_listed(const std::string& toolchain, const Listed& listed) {
    replace_file(toolchain + kList, join(listed.components, "\n") + "\n");
    replace_file(toolchain + kManifest, version_text(listed));
}

std::optional<Listed> find_listed(const std::string& toolchain) {
    const auto list = platform::find_file_text(toolchain + kList);
    const auto manifest = platform::find_file_text(toolchain + kManifest);
    if (!list || !manifest) return std::nullopt;
    Listed listed;
    for (const std::string_view line : lines(*list)) listed.components.emplace_back(line);
    const auto numbers = lines(*manifest);
    if (numbers.size() != 2 || !parse_number(numbers[0]) || !parse_number(numbers[1])) {
        throw Error(Errc::corrupt, "'" + toolchain + kManifest + "' is damaged");
    }
    listed.version = *parse_number(numbers[0]);
    listed.generation = *parse_number(numbers[1]);
    return listed;
}

void take_ms(double milliseconds) {
    const auto nanoseconds = static_cast<long>(milliseconds * 1e6);
    timespec rest{nanoseconds / 1000000000, nanoseconds % 1000000000};
    while (::nanosleep(&rest, &rest) != 0 && errno == EINTR) {
    }
}

void read_toolchain(const std::string& toolchain, double milliseconds, Seen& seen) {
    seen.unpacking.clear();
    const auto list = platform::find_file_text(toolchain + kList);
    if (!list) {
        ++seen.files;
        ++seen.failed;
        return take_ms(milliseconds);
    }
    const auto components = lines(*list);
    const double share =
        milliseconds / static_cast<double>(components.size() * std::size_t{kFilesOfComponent} + 1);
    for (const std::string_view component : components) {
        for (int number = 0; number < kFilesOfComponent; ++number) {
            read_file(toolchain + "/" + file_path(std::string(component), number),
                      std::string(component), seen);
            take_ms(share);
        }
    }
}

}  // namespace latchkey::strategies
