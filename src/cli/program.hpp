#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context.hpp"
#include "latchkey/args/invocation.hpp"
#include "latchkey/args/parse.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/screen/log.hpp"
#include "latchkey/screen/output.hpp"
#include "latchkey/screen/progress.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::cli {

/// The program, under whatever name it was started.
///
/// Thread: the main one.
class Program {
public:
    /// `words` are the command line, with argv[0].
    Program(platform::Environment environment, std::vector<std::string> words);

    /// Returns the exit status; may end the process by a signal or by becoming a toolchain's tool.
    int run();

private:
    int run_to_status();
    int run_by_name();
    int run_rustup();
    int run_tool(const std::string& tool);
    int run_init();
    /// What was deleted or laid out otherwise comes back, before anything is done.
    void mend_bin_folder();
    /// Without settings, for what must work whatever they say.
    [[nodiscard]] resolve::Site bare_site() const;
    [[nodiscard]] args::ParseSetup parse_setup() const;
    int finish(const args::ParseExit& exit);
    int finish_with_document(const args::ParseExit& exit);
    void print(const args::ParseExit& exit);
    /// Progress for programs, if the line asks for it.
    ///
    /// Throws: Errc::usage for a descriptor that is none.
    void start_events(const args::Invocation& invocation);
    int run_command(const args::Invocation& invocation);
    int run_task(Context& context, task::awaitable<int> command);
    int run_to_end(Context& context, task::awaitable<int> command);
    /// The program that the command chose takes this one's place, if it chose one.
    static int end_with(Context& context, int exit_code);
    [[nodiscard]] std::string name() const;
    [[nodiscard]] resolve::Site load_site() const;
    [[nodiscard]] Surroundings surroundings();
    void draw_progress(bool quiet);
    void set_up_log(bool verbose, bool quiet);
    void log_metadata(const Context& context);
    void warn_of_variables(Context& context);
    void log_notes(const std::vector<std::string>& notes);

    platform::Environment environment_;
    std::vector<std::string> words_;
    screen::Output output_;
    DocumentPrinter documents_;
    std::optional<facts::EventStream> events_;
    bool logs_events_ = false;  // The log shares the descriptor of the events.
    std::optional<screen::Progress> progress_;
    screen::Log log_;
    std::optional<task::Loop> loop_;
    std::string working_directory_;
    config::Variables variables_;
};

}  // namespace latchkey::cli
