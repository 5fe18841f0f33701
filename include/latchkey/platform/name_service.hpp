#pragma once

namespace latchkey::platform {

/// Names of hosts are looked up in /etc/hosts, then by DNS, whatever /etc/nsswitch.conf says: from
/// now on, in this process and not in those that it starts. So no module of the C library's is
/// loaded. Without this, a program that is linked statically would load the machine's modules,
/// which fit the very C library that it was built with and crash with another; and with it, a
/// static and a dynamic program find the same.
///
/// Names that only another service knows are lost: mDNS (`printer.local`), sssd, NIS,
/// systemd-machined. That is what a program of Go without cgo does, too.
///
/// Requires: no other thread, and no name looked up before.
/// Source:   nss.h of glibc; nsswitch.conf(5). musl never reads that file.
void use_files_and_dns();

}  // namespace latchkey::platform
