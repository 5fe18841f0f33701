// toml++'s parser and printers, compiled once (its documentation, "Speeding up compilation").
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
