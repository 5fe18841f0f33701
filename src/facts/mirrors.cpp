#include "latchkey/facts/mirrors.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "latchkey/base/text.hpp"
#include "latchkey/facts/document.hpp"

namespace latchkey::facts {
namespace {

namespace json = boost::json;
using mirrors::Probe;

json::object mirror_value(const config::Mirror& mirror) {
    json::object value;
    value["url"] = text_value(mirror.url);
    value["priority"] = mirror.priority;
    value["credentials"] = mirror.netrc ? "netrc" : mirror.auth_variable ? "variable" : "none";
    set_text(value, "variable", mirror.auth_variable);
    if (mirror.signature) {
        value["signature"] = str(*mirror.signature);
    }
    if (!mirror.file.empty()) set_path(value, "file", mirror.file);
    return value;
}

json::object probe_value(const Probe& probe) {
    json::object value;
    value["fine"] = !probe.failure;
    if (probe.failure) value["error"] = error_value(*probe.failure);
    if (probe.status > 0) value["status"] = probe.status;
    if (probe.first_byte) value["first_byte_ms"] = probe.first_byte->count();
    if (probe.bytes_per_second) {
        value["bytes_per_second"] = static_cast<std::uint64_t>(*probe.bytes_per_second);
    }
    value["ranges"] = probe.ranges;
    set_text(value, "stable_date", probe.stable_date);
    set_text(value, "nightly_date", probe.nightly_date);
    if (probe.days_behind) value["days_behind"] = *probe.days_behind;
    value["login"] = mirrors::str(probe.login);
    return value;
}

json::object document_of(const config::MirrorList& list) {
    json::object document = make_document("mirror-list");
    json::array& files = document["files"].emplace_array();
    for (const std::string& file : list.files) files.push_back(text_value(file));
    return document;
}

std::string credentials_text(const config::Mirror& mirror) {
    if (mirror.netrc) return ", credentials of netrc";
    return mirror.auth_variable ? ", credentials of " + *mirror.auth_variable : "";
}

std::string date_text(const Probe& probe) {
    std::vector<std::string> parts;
    if (probe.stable_date) parts.push_back("stable " + *probe.stable_date);
    if (probe.nightly_date) parts.push_back("nightly " + *probe.nightly_date);
    const long behind = probe.days_behind.value_or(0);
    if (behind > 0)
        parts.back() += fmt::format(" ({} day{} behind)", behind, behind > 1 ? "s" : "");
    return join(parts, ", ");
}

}  // namespace

std::string mirror_line(const config::Mirror& mirror) {
    return fmt::format("{:5} {}{} ({})", mirror.priority, mirror.url, credentials_text(mirror),
                       mirror.file);
}

std::string probe_line(const Probe& probe) {
    std::vector<std::string> parts;
    if (probe.failure) parts.emplace_back(probe.failure->what());
    if (probe.first_byte) {
        parts.push_back(fmt::format("first byte after {} ms", probe.first_byte->count()));
        parts.push_back(fmt::format("{:.1f} MB/s", *probe.bytes_per_second / 1e6));
        parts.push_back(date_text(probe));
        parts.emplace_back(probe.ranges ? "resumes downloads" : "does not resume downloads");
    }
    if (probe.login != Probe::Login::none) {
        parts.push_back("credentials " + std::string(mirrors::str(probe.login)));
    }
    std::erase(parts, "");
    return probe.mirror.url + ": " + join(parts, ", ");
}

json::object mirror_list_document(const config::MirrorList& list) {
    json::object document = document_of(list);
    json::array& values = document["mirrors"].emplace_array();
    for (const config::Mirror& mirror : list.mirrors) values.push_back(mirror_value(mirror));
    return document;
}

json::object mirror_list_document(const config::MirrorList& list, std::span<const Probe> probes) {
    json::object document = document_of(list);
    json::array& values = document["mirrors"].emplace_array();
    for (const Probe& probe : probes) {
        json::object value = mirror_value(probe.mirror);
        value["test"] = probe_value(probe);
        values.push_back(std::move(value));
    }
    return document;
}

}  // namespace latchkey::facts
