#include "latchkey/facts/event_reporter.hpp"

#include <algorithm>
#include <span>

#include "latchkey/facts/document.hpp"

namespace latchkey::facts {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kLeastInterval{100};
/// A line of them must fit into a pipe: names are far below 100 bytes.
constexpr std::size_t kMostPlanned = 30;

json::object make_event(std::string_view event) {
    return {{"format", kFormat}, {"event", event}};
}

}  // namespace

void EventReporter::wait(const std::string& what, const lock::Blocker& blocker) {
    json::object event = make_event("wait");
    event["for"] = text_value(what);
    if (blocker.process) {
        event["pid"] = *blocker.process;
        event["command"] = text_value(blocker.command);
    }
    stream_.send(std::move(event));
}

void EventReporter::plan(const std::string& toolchain, const std::vector<std::string>& components) {
    std::span<const std::string> rest = components;
    do {
        const auto some = rest.first(std::min(rest.size(), kMostPlanned));
        rest = rest.subspan(some.size());
        json::object event = make_event("plan");
        event["toolchain"] = text_value(toolchain);
        json::array& names = event["components"].emplace_array();
        for (const std::string& each : some) names.push_back(text_value(each));
        stream_.send(std::move(event));
    } while (!rest.empty());
}

void EventReporter::reach(const std::string& toolchain, Milestone milestone) {
    json::object event = make_event(milestone == Milestone::committed ? "commit" : "settle");
    event["toolchain"] = text_value(toolchain);
    stream_.send(std::move(event));
}

void EventReporter::begin(const std::string& id, const std::string& name) {
    Download download;
    download.name = name;
    downloads_[id] = std::move(download);
}

void EventReporter::total(const std::string& id, std::uint64_t bytes) {
    const auto found = downloads_.find(id);
    if (found == downloads_.end()) return;
    found->second.total_bytes = bytes;
    tell(found->second);
}

void EventReporter::resume(const std::string& id, std::uint64_t bytes) {
    advance(id, bytes);
}

void EventReporter::advance(const std::string& id, std::uint64_t bytes) {
    const auto found = downloads_.find(id);
    if (found == downloads_.end()) return;
    Download& download = found->second;
    download.bytes += bytes;
    download.is_told = false;
    if (clock_() - download.told_at >= kLeastInterval) tell(download);
}

void EventReporter::phase(const std::string& id, transfer::Phase phase, const std::string&) {
    const auto found = downloads_.find(id);
    if (found == downloads_.end() || phase != transfer::Phase::unpacking) return;
    if (!found->second.is_told) tell(found->second);
    json::object event = make_event("unpack");
    event["component"] = text_value(found->second.name);
    stream_.send(std::move(event));
}

void EventReporter::end(const std::string& id) {
    const auto found = downloads_.find(id);
    if (found == downloads_.end()) return;
    if (!found->second.is_told) tell(found->second);
    downloads_.erase(found);
}

void EventReporter::tell(Download& download) {
    json::object event = make_event("download");
    event["component"] = text_value(download.name);
    event["bytes"] = download.bytes;
    if (download.total_bytes > 0) event["total_bytes"] = download.total_bytes;
    stream_.send(std::move(event));
    download.is_told = true;
    download.told_at = clock_();
}

json::object done_event(int exit_code) {
    json::object event = make_event("done");
    event["exit_code"] = exit_code;
    return event;
}

json::object log_event(std::string_view line) {
    while (line.ends_with('\n')) line.remove_suffix(1);
    json::object event = make_event("log");
    event["text"] = text_value(line);
    return event;
}

}  // namespace latchkey::facts
