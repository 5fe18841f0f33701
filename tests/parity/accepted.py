"""The differences from rustup 1.29.1 that are meant, each with its reason. No more than twenty.

docs/differences.md tells users of them, with the same reasons.
"""

# What rustup says, what Latchkey may say in its place, and why.
TEXTS = [
    (r"(current version: |rustup unchanged - |rustup - up to date : |rustup - update available : "
     r"|rustup updated - .*\(from )1\.29\.[01]", r"\g<1>VERSION",
     "releases of Latchkey have Latchkey's versions"),
    (r"rustup updated - 1\.29\.[01]", "rustup updated - VERSION",
     "releases of Latchkey have Latchkey's versions"),
    (r"info: rolling back changes\n", "",
     "nothing is changed before everything is there, so there is nothing to take back"),
    (r"key with no value, expected `=`", r"Error while parsing key-value pair: expected '=', saw '\\n'",
     "TOML's faults are told in the parser's own words"),
    (r"(  \| )\^\n(?=missing field)", r"\1^^^^^^^^^^^^^^^^^^^^^^^\n",
     "where a field is missing, the parser marks the whole table"),
]

# Script, "COMMAND => rustup's status" as a pattern, the parts that differ, and why.
STEPS = [
    ("*", r"=> 101$", "status out err", "rustup aborts; here it is an error as any other"),
    ("*", r"dump-testament => 0$", "out", "what each program knows of its own build"),
    ("uninstall", r"dangling file", "status err", "a file in toolchains/ is nobody's toolchain"),
    ("fallback-settings", r"(default|show home) => 1$", "status out err",
     "the system's settings are read where they are needed, not before"),
    ("conflicts", r"rustup component|files", "status out err files",
     "what a hand put into a toolchain or its lists is not what it is made of"),
    ("unicode", r"DIST_SERVER.*show home", "status out err",
     "the server's address is read where it is needed"),
    ("servers", r"install stable => 1$", "err", "why an address is bad is said in other words"),
    ("settings-kept", r"cat \$RUSTUP_HOME/settings", "out",
     "what a newer rustup may have written into the settings outlives a change"),
    ("settings-file", r"show home => 1$", "err", "a folder named settings.toml is found when read"),
    ("absent", r"rustup (check|update) => (0|100)$", "status out err",
     "a toolchain without its manifest is not up to date: an update makes it whole, and check says so"),
    ("stray", r"update beta|list --toolchain beta --installed|files", "status out err files",
     "an empty folder is no toolchain, so an update installs it"),
    ("recovering", r"update stable", "err", "what others changed is said to be taken over"),
]
