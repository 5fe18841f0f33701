// What users say in variables and by `set`. The first byte chooses the parser of the rest.
//
// `settings`, `mirror_list` and `toolchain_file` are targets of their own.

#include <algorithm>

#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/config/home_variables.hpp"
#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/dist/minimum_age.hpp"
#include "latchkey/dist/nightly.hpp"
#include "latchkey/dist/toml_document.hpp"
#include "latchkey/dist/toml_text.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "number.hpp"
#include "target.hpp"

namespace {

using namespace latchkey;

/// "NAME=value" between NULs, as a process gets its environment.
platform::Environment environment_of(std::string_view text) {
    platform::Environment environment;
    environment.set("HOME", "/home/me");
    for (const std::string_view entry : split(text, '\0')) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string_view::npos) continue;
        environment.set(std::string(entry.substr(0, equals)),
                        std::string(entry.substr(equals + 1)));
    }
    return environment;
}

void check_changes(const config::ChangeVariables& changes) {
    fuzz::require(changes.backtrack_limit > 0, "no nightly may be looked at");
    fuzz::require(changes.concurrent_downloads.value_or(1) > 0, "no download at once");
    fuzz::require(changes.lock_timeout.count() >= 0, "a wait that is over before it begins");
    fuzz::require(!changes.server.dist_server.empty(), "a server without a name");
}

void check_variables(const config::Variables& variables) {
    fuzz::require(variables.cargo_home.starts_with('/'), "a relative cargo home");
    fuzz::require(!variables.toolchain || is_utf8(*variables.toolchain), "a name that is no text");
    for (const std::string& root : variables.rustup_home.bases()) {
        fuzz::require(root.starts_with('/') && root != variables.rustup_home.root(),
                      "a base home that is relative, or this one");
    }
    if (!variables.safe_directories) return;
    for (const std::string& each : *variables.safe_directories) {
        fuzz::require(!each.empty(), "a safe directory without a name");
    }
}

/// What a proxy tells its tool, the tool finds.
void tell_home(const config::Variables& variables, platform::Environment environment) {
    config::set_home_layout(environment, variables.rustup_home);
    const auto again = fuzz::reparsed([&] { return config::load_variables(environment, "/w"); });
    fuzz::require(again.rustup_home.folders() == variables.rustup_home.folders(),
                  "a tool finds another home");
}

void try_environment(std::string_view text) {
    const platform::Environment environment = environment_of(text);
    const auto changes = fuzz::parsed([&] { return config::parse_change_variables(environment); });
    if (changes) check_changes(*changes);
    const auto timeout = fuzz::parsed([&] { return config::parse_download_timeout(environment); });
    fuzz::require(!timeout || timeout->count() > 0, "a download has no time");
    const auto threads = fuzz::parsed([&] { return config::parse_io_threads(environment); });
    fuzz::require(!threads || threads->value_or(1) > 0, "no thread");
    fuzz::parsed([&] { return config::find_home_choices(environment, "/w"); });
    const auto variables = fuzz::parsed([&] { return config::load_variables(environment, "/w"); });
    if (!variables) return;
    check_variables(*variables);
    if (variables->rustup_home.root().starts_with('/')) tell_home(*variables, environment);
}

/// What `set` takes is saved, and is the same when it is loaded.
void require_kept(const config::Settings& settings) {
    const std::string written = config::serialise(settings);
    const auto again = fuzz::reparsed([&] { return config::parse_settings(written); });
    fuzz::require(again == settings, "a setting is another when it is loaded");
}

void try_wishes(std::string_view text) {
    const auto wishes = fuzz::parsed([&] { return dist::parse_component_wishes(text); });
    if (!wishes) return;
    for (const std::string& name : wishes->added) {
        fuzz::require(!std::ranges::binary_search(wishes->removed, name), "wanted and unwanted");
    }
    fuzz::require(!std::ranges::binary_search(wishes->removed, "rustc"), "no compiler");
    const std::string written = dist::str(*wishes);
    fuzz::require(fuzz::reparsed([&] { return dist::parse_component_wishes(written); }) == *wishes,
                  "the written wishes are others");
    config::Settings settings;
    settings.components = *wishes;
    require_kept(settings);
}

void try_age(std::string_view text) {
    const auto age = fuzz::parsed([&] { return dist::parse_minimum_age(text); });
    if (!age) return;
    fuzz::require(age->count() >= 0 && age->count() <= 365, "an age of more than a year");
    const std::string written = dist::str(*age);
    fuzz::require(fuzz::reparsed([&] { return dist::parse_minimum_age(written); }) == *age,
                  "the written age is another");
    config::Settings settings;
    if (age->count() > 0) settings.minimum_age = *age;
    require_kept(settings);
}

void try_signature(std::string_view text) {
    const auto policy = config::parse_signature_policy(text);
    if (!policy) return;
    fuzz::require(config::str(*policy) == text, "a policy has two words");
    config::Settings settings;
    settings.signature = policy;
    require_kept(settings);
}

/// Keep-generations, retries, sizes, user ids.
void try_number(std::string_view text) {
    const auto number = parse_number(text);
    const config::Number of_environment = config::parse_env_number(text);
    fuzz::require(of_environment.value.has_value() == of_environment.cause.empty(),
                  "a number and a cause why not");
    if (!number) return;
    fuzz::require(of_environment.value == number, "a number is two");
    const std::string digits = std::to_string(*number);
    fuzz::require(text.ends_with(digits) &&
                      text.substr(0, text.size() - digits.size()).find_first_not_of('0') ==
                          std::string_view::npos,
                  "another number");
}

/// Names become directories under `toolchains/`.
void require_file_name(const std::string& name) {
    fuzz::require(!name.empty() && name != "." && name != "..", "a toolchain is a folder above");
    fuzz::require(name.find('/') == std::string::npos && name.find('\0') == std::string::npos,
                  "a toolchain lies elsewhere");
}

void try_name(std::string_view text) {
    fuzz::parsed([&] { return dist::parse_official_name(text); });
    fuzz::parsed([&] { return dist::parse_official_name_or_none(text); });
    fuzz::parsed([&] { return dist::parse_resolvable_name_or_none(text); });
    const auto local = fuzz::parsed([&] { return dist::parse_local_name(text); });
    if (local && std::holds_alternative<dist::PathName>(*local)) {
        fuzz::require(std::get<dist::PathName>(*local).path.starts_with('/'), "a relative path");
    }
    const auto custom = fuzz::parsed([&] { return dist::parse_custom_name(text); });
    if (custom) require_file_name(custom->str());
    if (const auto name = dist::ToolchainName::parse(text)) {
        require_file_name(name->str());
        fuzz::require(dist::ToolchainName::parse(name->str()) == name, "a name is another");
    }
    const auto name = fuzz::parsed([&] { return dist::parse_resolvable_name(text); });
    if (!name) return;
    const auto again =
        fuzz::reparsed([&] { return dist::parse_resolvable_name(dist::str(*name)); });
    fuzz::require(again == *name, "the shown name is another's");
    const auto full =
        fuzz::parsed([&] { return dist::resolve(*name, "x86_64-unknown-linux-gnu"); });
    if (full) require_file_name(dist::str(*full));
}

void try_day(std::string_view text) {
    const auto day = dist::parse_day(text);
    fuzz::require(!day || dist::str(*day) == text, "a day is written in two ways");
    const auto before = dist::previous_day(text);
    fuzz::require(!before || *before < text, "the day before comes later");
}

/// A URL of a variable may have a password, which no message has.
void try_url(std::string_view text) {
    const std::string url = tidy_url(text);
    fuzz::require(tidy_url(url) == url, "a URL is tidied twice");
    const std::string shown = without_secrets(url);
    fuzz::require(shown.find_first_of("?#") == std::string::npos, "a signature is shown");
    const std::string secret = "https://me:geheim@" + replace_all(url, "geheim", "");
    fuzz::require(without_credentials(secret).find("geheim") == std::string::npos,
                  "a password is shown");
}

/// Any text can be a value or a key: a path of an override, an alias.
void try_toml_text(std::string_view text) {
    if (!is_utf8(text)) return;
    const std::string written = dist::toml_key(text) + " = " + dist::toml_string(text) + "\n";
    const auto root =
        fuzz::reparsed([&] { return dist::parse_toml_document(written, Errc::usage); });
    fuzz::require(root.keys() == std::vector<std::string>{std::string(text)}, "another key");
    fuzz::require(root.find_string(text) == text, "another text");
    config::Settings settings;
    settings.overrides[std::string(text)] = text;
    settings.aliases[std::string(text)] = text;
    settings.safe_directories = {std::string(text), "/a"};
    require_kept(settings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using Try = void (*)(std::string_view);
    constexpr std::array<Try, 9> kTries{try_environment, try_wishes, try_age,
                                        try_signature,   try_number, try_name,
                                        try_day,         try_url,    try_toml_text};
    if (size == 0) return 0;
    kTries[data[0] % kTries.size()](latchkey::fuzz::text_of(data + 1, size - 1));
    return 0;
}
