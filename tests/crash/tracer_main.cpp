// Runs a program and numbers the file and lock system calls of all its threads and children; at one
// of them it kills everything, lets the call fail, or lets another program run meanwhile.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "apart.hpp"
#include "report.hpp"
#include "tracer.hpp"

namespace {

using namespace latchkey::crash;

struct Options {
    Plan plan;
    std::string report;
    bool apart = false;
    std::vector<Presented> present;
};

constexpr const char* kUsage =
    "usage: latchkey-crash-tracer [OPTION]... -- PROGRAM ARGUMENT...\n"
    "  --report FILE     counts, what was hit, and how the program ended, as JSON; without: no "
    "trace\n"
    "  --fault NAME      kill-before, kill-after, meet, EIO, ENOSPC, EMFILE or EINTR\n"
    "  --point N         at the N-th call at which that can happen, over all threads\n"
    "  --list            reports all calls, too\n"
    "  --meet COMMAND    what the shell runs at the point, while the program stands still\n"
    "  --apart           the program sees no other processes\n"
    "  --present F=PATH  the program sees the file F at PATH; with --apart\n"
    "Exits 77 where this machine does not allow it, and 2 when it fails itself.\n";

Options parse(int count, char** words) {
    Options options;
    int at = 1;
    const auto next = [&]() -> std::string {
        if (++at >= count) throw std::invalid_argument("a value is missing");
        return words[at];
    };
    for (; at < count && std::string(words[at]) != "--"; ++at) {
        const std::string word = words[at];
        if (word == "--report") {
            options.report = next();
        } else if (word == "--point") {
            options.plan.point = std::stoull(next());
        } else if (word == "--list") {
            options.plan.list = true;
        } else if (word == "--meet") {
            options.plan.meet = next();
        } else if (word == "--apart") {
            options.apart = true;
        } else if (word == "--present") {
            const std::string both = next();
            const std::size_t middle = both.find('=');
            if (middle == std::string::npos) throw std::invalid_argument(both);
            options.apart = true;
            options.present.emplace_back(both.substr(0, middle), both.substr(middle + 1));
        } else if (word == "--fault") {
            const std::string name = next();
            for (const Fault& fault : all_faults()) {
                if (name == fault.name) options.plan.fault = &fault;
            }
            if (options.plan.fault == nullptr) throw std::invalid_argument(name);
        } else {
            throw std::invalid_argument(word);
        }
    }
    if (at + 1 >= count) throw std::invalid_argument("no program");
    options.plan.program = words + at + 1;
    return options;
}

}  // namespace

int main(int count, char** words) {
    Options options;
    try {
        options = parse(count, words);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tracer: %s\n%s", e.what(), kUsage);
        return 2;
    }
    try {
        if (options.apart) go_apart(options.present);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tracer: %s\n", e.what());
        return kSkipped;
    }
    try {
        if (options.report.empty()) return run_untraced(options.plan.program);
        write_report(options.report, Tracer(options.plan).run());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tracer: %s\n", e.what());
        return 2;
    }
    return 0;
}
