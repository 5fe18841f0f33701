#include "latchkey/base/permit.hpp"

#include <boost/system/system_error.hpp>
#include <cerrno>

namespace latchkey {

void throw_cancelled() {
    // boost::asio::error::operation_aborted, without Asio: ECANCELED of the system category.
    throw boost::system::system_error(ECANCELED, boost::system::system_category());
}

}  // namespace latchkey
