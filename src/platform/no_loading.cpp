// Stands in for the functions that load libraries at run time, in the static programs. OpenSSL has
// calls to them, for engines and providers in files of their own, of which we use none; and what a
// static program loads wants the very C library that it was linked with, which nobody's machine
// has.
//
// Source: dlopen(3).

#include <dlfcn.h>

// With a sanitizer the programs are not static, and these are the sanitizer's.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {

void* dlopen(const char* /*file*/, int /*mode*/) noexcept {
    return nullptr;
}

void* dlsym(void* /*handle*/, const char* /*name*/) noexcept {
    return nullptr;
}

int dlclose(void* /*handle*/) noexcept {
    return -1;
}

char* dlerror() noexcept {
    static char text[] = "this program loads no libraries";
    return text;
}

int dladdr(const void* /*address*/, Dl_info* /*info*/) noexcept {
    return 0;
}

}  // extern "C"

#endif
