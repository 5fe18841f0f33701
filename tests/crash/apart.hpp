#pragma once

#include <string>
#include <utility>
#include <vector>

namespace latchkey::crash {

/// A file, and the path at which another program is to see it.
using Presented = std::pair<std::string, std::string>;

/// Namespaces of mounts and processes, in which other files are seen at some paths (another boot,
/// another load) and no process but those that we start. Goes on as process 1 there, with which all
/// others end; the one outside waits for it, and gives its exit code.
void go_apart(const std::vector<Presented>& files);

/// Runs it as a child, and gives its exit code.
///
/// As process 1 we stay, for that one is not killed by signals that it does not handle.
int run_untraced(char** program);

}  // namespace latchkey::crash
