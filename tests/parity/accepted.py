"""The intended differences from rustup 1.29.1, each with its reason. No more than twenty.

docs/differences.md lists them for users, with these reasons.
"""

# What rustup says, what Latchkey may say in its place, and why.
TEXTS = [
    (r"(current version: |rustup unchanged - |rustup - up to date : |rustup - update available : "
     r"|rustup updated - .*\(from )1\.29\.[01]", r"\g<1>VERSION",
     "releases of Latchkey have Latchkey's versions"),
    (r"rustup updated - 1\.29\.[01]", "rustup updated - VERSION",
     "releases of Latchkey have Latchkey's versions"),
    (r"info: rolling back changes\n", "",
     "a change begins when everything is there, so there is nothing to roll back"),
    (r"key with no value, expected `=`", r"Error while parsing key-value pair: expected '=', saw '\\n'",
     "the TOML parser has its own words"),
    (r"(  \| )\^\n(?=missing field)", r"\1^^^^^^^^^^^^^^^^^^^^^^^\n",
     "if a field is missing, the TOML parser marks the whole table"),
]

# Script, "COMMAND => rustup's status" as a pattern, the parts that differ, and why.
STEPS = [
    ("*", r"=> 101$", "status out err", "rustup aborts; in Latchkey, this is an ordinary error"),
    ("*", r"dump-testament => 0$", "out", "each program describes its own build"),
    ("uninstall", r"dangling file", "status err", "a file in toolchains/ is not a toolchain"),
    ("fallback-settings", r"(default|show home) => 1$", "status out err",
     "the system's settings are read only by commands that need them"),
    ("conflicts", r"rustup component|files", "status out err files",
     "a component consists of what its package brought, whatever its list says by now"),
    ("unicode", r"DIST_SERVER.*show home", "status out err",
     "the server's address is read only by commands that need it"),
    ("servers", r"install stable => 1$", "err", "Latchkey's parser of URLs has its own words"),
    ("settings-kept", r"cat \$RUSTUP_HOME/settings", "out",
     "keys that a newer rustup has written must survive a change"),
    ("settings-file", r"show home => 1$", "err",
     "a directory in the file's place is noticed when the settings are read"),
    ("absent", r"rustup (check|update) => (0|100)$", "status out err",
     "a toolchain without its manifest is not up to date: an update repairs it, and check announces that"),
    ("stray", r"update beta|list --toolchain beta --installed|files", "status out err files",
     "an empty directory is not a toolchain, so an update installs one"),
    ("recovering", r"update stable", "err",
     "the user should know that somebody else has changed the toolchain"),
]
