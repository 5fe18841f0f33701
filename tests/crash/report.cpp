#include "report.hpp"

#include <fstream>

#include "calls.hpp"
#include "failure.hpp"

namespace latchkey::crash {
namespace {

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    return result + '"';
}

}  // namespace

void write_report(const std::string& path, const Report& report) {
    std::ofstream file(path);
    file << "{\"ended\": " << report.ended << ", \"counts\": {";
    const char* comma = "";
    for (const Fault& fault : all_faults()) {
        const auto count = report.counts.find(fault.name);
        file << comma << quoted(fault.name) << ": "
             << (count == report.counts.end() ? 0 : count->second);
        comma = ", ";
    }
    file << "}, \"hit\": ";
    if (report.hit) {
        file << "{\"call\": " << quoted(report.hit->call)
             << ", \"path\": " << quoted(report.hit->path)
             << ", \"descriptor\": " << report.hit->descriptor << "}";
    } else {
        file << "null";
    }
    file << ", \"other_ended\": " << report.other_ended
         << ", \"other_waited\": " << (report.other_waited ? "true" : "false")
         << ", \"unsynced\": [";
    comma = "";
    for (const auto& [id, name] : report.unsynced) {
        file << comma << "{\"inode\": " << id.second << ", \"path\": " << quoted(name) << "}";
        comma = ", ";
    }
    file << "], \"calls\": [";
    comma = "";
    for (const std::string& line : report.calls) {
        file << comma << quoted(line);
        comma = ",\n";
    }
    file << "]}\n";
    file.flush();
    if (!file) fail("write '" + path + "'");
}

}  // namespace latchkey::crash
