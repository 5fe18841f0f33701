#pragma once

namespace latchkey::platform {

/// Makes this process look up host names in /etc/hosts, then by DNS, whatever /etc/nsswitch.conf
/// says. Programs that it starts are not affected.
///
/// The C library then loads none of the machine's modules. A static program that loads them crashes
/// unless they fit the very C library that it was built with. A static and a dynamic program also
/// find the same names then.
///
/// Names that only another service knows are not found: mDNS (`printer.local`), sssd, NIS,
/// systemd-machined. Go programs without cgo behave in the same way.
///
/// Requires: no other thread runs, and no name was looked up before.
/// Source:   nss.h of glibc; nsswitch.conf(5). musl never reads that file.
void use_files_and_dns();

}  // namespace latchkey::platform
