# A toolchain file for another processor: LATCHKEY_ARCHITECTURE says which, as Debian calls it. Compilers are
# Debian's (crossbuild-essential-ARCHITECTURE), libraries what third_party/fetch brings; qemu runs the tests.

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LATCHKEY_ARCHITECTURE)
set(latchkey_tuples "arm64=aarch64-linux-gnu=aarch64" "armhf=arm-linux-gnueabihf=arm" "i386=i686-linux-gnu=i386"
    "ppc64el=powerpc64le-linux-gnu=ppc64le" "s390x=s390x-linux-gnu=s390x")
list(FILTER latchkey_tuples INCLUDE REGEX "^${LATCHKEY_ARCHITECTURE}=")
if(NOT latchkey_tuples)
    message(FATAL_ERROR "LATCHKEY_ARCHITECTURE: arm64, armhf, i386, ppc64el or s390x, not '${LATCHKEY_ARCHITECTURE}'")
endif()
string(REPLACE "=" ";" latchkey_tuples "${latchkey_tuples}")
list(GET latchkey_tuples 1 latchkey_tuple)
list(GET latchkey_tuples 2 CMAKE_SYSTEM_PROCESSOR)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${latchkey_tuple}-gcc)
set(CMAKE_CXX_COMPILER ${latchkey_tuple}-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR}-static)

set(latchkey_root ${CMAKE_CURRENT_LIST_DIR}/../build/third_party/${LATCHKEY_ARCHITECTURE}/root)
if(LATCHKEY_ARCHITECTURE STREQUAL i386)  # The libraries' folder has the name that multiarch(7) gives.
    set(latchkey_tuple i386-linux-gnu)
endif()
set(CMAKE_LIBRARY_ARCHITECTURE ${latchkey_tuple})
set(CMAKE_FIND_ROOT_PATH ${latchkey_root})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CXX_FLAGS_INIT "-isystem ${latchkey_root}/usr/include -isystem ${latchkey_root}/usr/include/${latchkey_tuple}")
