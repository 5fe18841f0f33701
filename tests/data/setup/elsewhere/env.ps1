# rustup shell setup
if (-not ":${env:PATH}:".Contains(":/tmp/elsewhere/cargo/bin:")) {
    ${env:PATH} = "/tmp/elsewhere/cargo/bin:${env:PATH}";
}
