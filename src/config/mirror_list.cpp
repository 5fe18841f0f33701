#include "latchkey/config/mirror_list.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

#include "latchkey/base/error.hpp"
#include "latchkey/base/file_error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/toml_document.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::config {
namespace {

constexpr std::string_view kMirror = "mirror";
constexpr auto kMirrorKeys = std::to_array<std::string_view>(
    {"url", "priority", "auth", "auth-env", "signature", "enabled"});
constexpr std::array<std::string_view, 1> kAuth{"netrc"};
constexpr std::array<std::string_view, 3> kSchemes{"https://", "http://", "file://"};

/// Why a text cannot be a mirror's URL. Empty: it can.
std::string find_fault(std::string_view url) {
    const auto scheme = std::ranges::find_if(
        kSchemes, [url](std::string_view each) { return url.starts_with(each); });
    if (scheme == kSchemes.end()) {
        return "a mirror's url begins with `https://`, `http://` or `file://`";
    }
    const std::string_view rest = url.substr(scheme->size());
    const std::string_view host = rest.substr(0, rest.find('/'));
    if (url.find_first_of("?#") != std::string_view::npos) {
        return "a mirror's url has no query and no fragment";
    }
    if (host.find('@') != std::string_view::npos) {
        return "a mirror's url has no user and no password; use `auth = \"netrc\"` or `auth-env`";
    }
    const bool is_file = *scheme == "file://";
    if (is_file ? !rest.starts_with('/') : host.empty()) {
        return is_file ? "a mirror's file url has an absolute path, as in `file:///srv/rust`"
                       : "a mirror's url has a host";
    }
    return "";
}

std::string to_url(const dist::TomlSection& section, std::string_view text) {
    std::string url = tidy_url(text);
    if (const std::string fault = find_fault(url); !fault.empty()) {
        throw section.bad_value("url", fault);
    }
    while (url.ends_with('/') && !url.ends_with(":///")) url.pop_back();
    return url;
}

bool is_variable_name(std::string_view text) {
    const auto is_word = [](char letter) {
        return letter == '_' || (letter >= '0' && letter <= '9') ||
               (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    };
    return !text.empty() && std::ranges::all_of(text, is_word);
}

void read_auth(const dist::TomlSection& section, Mirror& mirror) {
    mirror.netrc = section.find_choice("auth", kAuth).has_value();
    mirror.auth_variable = section.find_string("auth-env");
    if (!mirror.auth_variable) return;
    if (!is_variable_name(*mirror.auth_variable)) {
        throw section.bad_value("auth-env",
                                "expected the name of an environment variable, which has the "
                                "credentials");
    }
    if (mirror.netrc) {
        throw section.bad_value("auth-env", "a mirror has either `auth` or `auth-env`");
    }
}

Mirror to_mirror(const dist::TomlSection& section, const std::string& path) {
    Mirror mirror;
    mirror.file = path;
    const auto url = section.find_string("url");
    if (!url) throw section.missing_field("url");
    mirror.url = to_url(section, *url);
    if (const auto priority = section.find_integer("priority")) {
        if (*priority < 0 || *priority > std::numeric_limits<std::uint16_t>::max()) {
            throw section.bad_value("priority", "expected a number from 0 to 65535");
        }
        mirror.priority = static_cast<std::uint16_t>(*priority);
    }
    read_auth(section, mirror);
    if (const auto check = section.find_choice("signature", kSignatureWords)) {
        mirror.signature = parse_signature_policy(*check);
    }
    mirror.enabled = section.find_boolean("enabled").value_or(true);
    return mirror;
}

/// What a later version may know, or a hand has misspelt.
void warn_of_others(const dist::TomlSection& section, std::span<const std::string_view> known,
                    const std::string& path, std::vector<std::string>& warnings) {
    for (const std::string& key : section.keys()) {
        if (std::ranges::find(known, key) != known.end()) continue;
        warnings.push_back(fmt::format("unknown key '{}' in '{}', line {}; it is ignored",
                                       printable_line(key), path, section.line_of(key)));
    }
}

void read_mirrors(const dist::TomlSection& root, const std::string& path, MirrorList& list) {
    warn_of_others(root, std::span(&kMirror, 1), path, list.warnings);
    for (const dist::TomlSection& section : root.find_sections(kMirror)) {
        warn_of_others(section, kMirrorKeys, path, list.warnings);
        Mirror mirror = to_mirror(section, path);
        if (std::ranges::find(list.mirrors, mirror.url, &Mirror::url) != list.mirrors.end()) {
            throw section.bad_value("url", "a mirror is listed once in a file");
        }
        list.mirrors.push_back(std::move(mirror));
    }
}

/// Who may write it decides where toolchains come from.
void refuse_if_everybody_writes(const platform::FileStatus& status, const std::string& path) {
    if ((status.permissions & S_IWOTH) == 0) return;
    const auto folder = platform::find_target_status(platform::folder_of(path));
    if (folder && (folder->permissions & S_IWOTH) != 0) return;
    throw Error(Errc::usage,
                fmt::format("every user may write '{}', and could send toolchains from "
                            "anywhere; run `chmod o-w '{}'`",
                            path, path));
}

MirrorList load_one(const std::string& path) {
    std::optional<platform::FileText> found;
    try {
        const auto file = platform::find_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (!file) return {};
        found = platform::load_text(*file, path);
    } catch (const Error& e) {
        throw file_error(e, "read configuration file", path);
    }
    refuse_if_everybody_writes(found->status, path);
    return parse_mirror_list(found->text, path);
}

}  // namespace

MirrorList parse_mirror_list(std::string_view text, const std::string& path) {
    MirrorList list;
    list.files.push_back(path);
    try {
        if (!is_utf8(text)) throw Error(Errc::usage, std::string(kNotUtf8));
        read_mirrors(dist::parse_toml_document(text, Errc::usage), path, list);
    } catch (const Error& e) {
        throw e.in("could not parse configuration file: '" + path + "'");
    }
    return list;
}

MirrorList merge(MirrorList of_user, MirrorList of_system) {
    MirrorList all = std::move(of_user);
    std::ranges::move(of_system.warnings, std::back_inserter(all.warnings));
    std::ranges::move(of_system.files, std::back_inserter(all.files));
    for (Mirror& mirror : of_system.mirrors) {
        const auto same = std::ranges::find(all.mirrors, mirror.url, &Mirror::url);
        if (same == all.mirrors.end()) all.mirrors.push_back(std::move(mirror));
    }
    std::erase_if(all.mirrors, [](const Mirror& mirror) { return !mirror.enabled; });
    std::ranges::stable_sort(all.mirrors, {}, &Mirror::priority);
    return all;
}

MirrorList load_mirror_list(const dist::HomeLayout& home, const std::string& system_path) {
    return merge(load_one(home.configuration()), load_one(system_path));
}

}  // namespace latchkey::config
