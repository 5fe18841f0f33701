// Asio's own code, compiled once (its documentation, "Optional separate compilation").
#include <boost/asio/impl/src.hpp>
