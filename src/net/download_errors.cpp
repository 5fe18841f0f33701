#include "latchkey/net/download_errors.hpp"

#include <fmt/format.h>

namespace latchkey::net {

Error download_error(const Error& cause, std::string_view shown_url, std::string_view file) {
    return cause.in(fmt::format("could not download file from '{}' to '{}'", shown_url, file));
}

Error absent_file_error() {
    return {Errc::not_found, "file not found"};
}

Error no_resume_error() {
    return {Errc::unreachable, "the server does not support resuming downloads"};
}

}  // namespace latchkey::net
