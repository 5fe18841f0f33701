#include "latchkey/platform/name_service.hpp"

#include <features.h>

#if defined(__GLIBC__)
#include <nss.h>
#endif

namespace latchkey::platform {

void use_files_and_dns() {
#if defined(__GLIBC__)
    // Both are inside of glibc itself, from 2.34 on. It refuses only the names of databases that it
    // does not know, and these it does.
    __nss_configure_lookup("hosts", "files dns");
    __nss_configure_lookup("passwd", "files");
#endif
}

}  // namespace latchkey::platform
