#include "options_check.hpp"

namespace latchkey::cli {

void check_options(Context& context) {
    (void)context.server_variables();
    (void)context.client_options();
}

}  // namespace latchkey::cli
