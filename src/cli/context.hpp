#pragma once

#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "document_printer.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/facts/event_stream.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/mirrors/configured.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/proxy/tool_call.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"
#include "latchkey/screen/input.hpp"
#include "latchkey/screen/log.hpp"
#include "latchkey/screen/output.hpp"
#include "latchkey/screen/paint.hpp"
#include "latchkey/screen/progress.hpp"
#include "latchkey/screen/summary.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/toolchain/engine.hpp"

namespace latchkey::cli {

/// The program around a command: streams, environment, loop.
struct Surroundings {
    platform::Environment environment;
    std::string command_line;  ///< For records and messages.
    screen::Output& output;
    screen::Log& log;
    screen::Progress& progress;
    DocumentPrinter& documents;
    facts::EventStream* events;  ///< Null: progress is for people.
    task::Loop& loop;
    bool color = false;              ///< Whether stdout gets colours.
    std::string program = "rustup";  ///< The called program; the text for "no toolchain" names it.
    /// If this command installs the active toolchain by itself, it warns scripts not to rely on
    /// that.
    bool auto_install_is_deprecated = false;
};

/// What every command needs: where it runs, and the services it uses.
///
/// Thread: the loop's. Outlives the command.
class Context {
public:
    Context(Surroundings surroundings, resolve::Site site,
            std::optional<std::string> plus_toolchain);

    [[nodiscard]] screen::Output& output() { return around_.output; }
    [[nodiscard]] screen::Log& log() { return around_.log; }
    [[nodiscard]] screen::Progress& progress() { return around_.progress; }
    [[nodiscard]] toolchain::Reporter& reporter() { return *reporter_; }
    [[nodiscard]] task::Loop& loop() { return around_.loop; }
    [[nodiscard]] const platform::Environment& environment() const { return around_.environment; }
    [[nodiscard]] const resolve::Site& site() const { return site_; }
    [[nodiscard]] const store::Home& home() const { return home_; }

    /// For records.
    [[nodiscard]] const std::string& command_line() const { return around_.command_line; }
    [[nodiscard]] const std::string& program() const { return around_.program; }
    [[nodiscard]] bool auto_install_is_deprecated() const {
        return around_.auto_install_is_deprecated;
    }

    [[nodiscard]] bool color() const { return around_.color; }
    /// Whether a document is wanted in place of text.
    [[nodiscard]] bool json() const { return around_.documents.is_wanted(); }
    /// As DocumentPrinter::print.
    void print_document(const boost::json::object& document) { around_.documents.print(document); }
    /// Prints one of several documents, each on its line: for a watch.
    void print_next_document(const boost::json::object& document) {
        around_.documents.print_next(document);
    }
    /// Prints on stdout, or on stderr if a document is wanted. Makes control characters in foreign
    /// text harmless.
    void print(std::string_view text);
    /// Prints on stdout, unchanged if stdout is not a terminal: a program may need these bytes.
    void print_data(std::string_view text);
    [[nodiscard]] std::string paint(screen::Paint paint, std::string_view text) const {
        return screen::painted(paint, text, around_.color);
    }
    void print_summary(std::span<const screen::SummaryItem> items) {
        print(screen::summary_text(items, around_.color));
    }

    /// The active toolchain and what chose it. Logs warnings about toolchain files. Empty: no
    /// toolchain is active.
    ///
    /// Throws: as resolve::find_active.
    [[nodiscard]] std::optional<resolve::Active> find_active();

    /// As find_active(), but also empty if there is an error.
    [[nodiscard]] std::optional<resolve::Active> find_active_or_nothing();

    /// The profile of the settings, or else the default one.
    [[nodiscard]] dist::Profile profile() const {
        return site_.settings.profile.value_or(dist::Profile::default_);
    }

    /// Made when first asked for, as is its client.
    ///
    /// Throws: Errc::usage for a LATCHKEY_ variable without meaning.
    toolchain::Engine& engine();

    /// The HTTP client of engine(), for anything but toolchains.
    net::Client& client();

    /// What the environment says about servers, as client() uses it.
    ///
    /// Throws: as change_variables().
    [[nodiscard]] net::ClientOptions client_options();

    [[nodiscard]] screen::Input& input() { return input_; }

    /// What the environment says about changes.
    ///
    /// Throws: as config::parse_change_variables.
    [[nodiscard]] const config::ChangeVariables& change_variables();

    /// The mirrors that are asked, if the environment names no server. Logs warnings about their
    /// configuration when it is read.
    ///
    /// Throws: as change_variables().
    [[nodiscard]] const mirrors::Configured& mirrors();

    /// change_variables(), with the mirrors.
    [[nodiscard]] config::ChangeVariables server_variables();

    /// What becomes of manifests without a good signature: the variable, else the setting.
    ///
    /// Throws: as change_variables().
    [[nodiscard]] config::SignaturePolicy signature_policy();

    /// From now on, what a toolchain file chooses is installed as its lock says: `--locked`.
    void lock_toolchains() { site_.variables.locked = true; }

    /// Everything is fetched from this server from now on, whatever the environment and the
    /// configuration say.
    ///
    /// Requires: neither engine() nor client() was called.
    void use_server(const std::string& dist_server);

    /// A path that a user wrote, from the working directory on; without a slash at its end.
    [[nodiscard]] std::string absolute(const std::string& path) const;

    /// Changes `settings.toml` under its range, and the settings of site().
    ///
    /// Throws: as config::update_settings; Errc::busy.
    task::awaitable<void> change_settings(std::function<void(config::Settings&)> change);

    /// Waits for a range. After a second, reports "waiting for WHAT (pid …)".
    task::awaitable<lock::LockSet> acquire(lock::Key key, lock::Mode mode, std::string what);

    /// Waits for the range `cargo-home`, exclusively, in the lock file of CARGO_HOME. Reports as
    /// acquire().
    task::awaitable<lock::LockSet> acquire_cargo_home(std::string what);

    /// The tool that this process becomes if the command succeeds.
    std::optional<proxy::ToolCall> successor;

private:
    task::awaitable<lock::LockSet> acquire(lock::LockFile file, lock::Key key, lock::Mode mode,
                                           std::string what);

    Surroundings around_;
    resolve::Site site_;
    store::Home home_;
    std::optional<std::string> plus_toolchain_;
    std::unique_ptr<toolchain::Reporter> reporter_;
    screen::Input input_;
    std::optional<config::ChangeVariables> variables_;
    std::optional<mirrors::Configured> mirrors_;
    std::unique_ptr<net::Client> client_;
    std::unique_ptr<toolchain::Engine> engine_;
};

}  // namespace latchkey::cli
