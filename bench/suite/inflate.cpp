// inflate FILE: decodes a .gz file with ISA-L and drops what comes out, as fast as that can be.

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <vector>

int main(int count, char** words) {
    if (count != 2) return 2;
    const int file = open(words[1], O_RDONLY | O_CLOEXEC);
    if (file < 0) return 1;
    std::vector<std::uint8_t> in(1 << 18), out(1 << 18);
    inflate_state state{};
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    do {
        if (state.avail_in == 0) {
            const ssize_t size = read(file, in.data(), in.size());
            if (size <= 0) break;
            state.next_in = in.data();
            state.avail_in = static_cast<std::uint32_t>(size);
        }
        state.next_out = out.data();
        state.avail_out = static_cast<std::uint32_t>(out.size());
        if (isal_inflate(&state) != ISAL_DECOMP_OK) break;
    } while (state.block_state != ISAL_BLOCK_FINISH);
    return state.block_state == ISAL_BLOCK_FINISH ? 0 : 1;
}
