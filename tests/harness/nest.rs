//! Changes the toolchain that it runs on, builds itself with what is new, and so on, three deep.
//!
//! NEST_SERVERS is where the releases are, the one for the first change first. NEST_OUT is where
//! each depth puts what it builds.

use std::process::{exit, Command, Stdio};
use std::time::Instant;

fn run(depth: u32, words: &str) -> String {
    let servers = std::env::var("NEST_SERVERS").unwrap();
    let servers: Vec<&str> = servers.split_whitespace().collect();
    let out = std::env::var("NEST_OUT").unwrap();
    let mut parts = words.split_whitespace();
    let started = Instant::now();
    let done = Command::new(parts.next().unwrap())
        .args(parts)
        .env("RUSTUP_DIST_SERVER", servers[depth as usize % 2])
        .env("CARGO_TARGET_DIR", format!("{}/{}", out, depth + 1))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    println!("{} took {:.2} {}", depth, started.elapsed().as_secs_f64(), words);
    if !done.status.success() {
        println!("{} FAILED {}: {:?}\n{}", depth, words, done.status, text);
        exit(1);
    }
    text
}

fn tell(depth: u32, when: &str) {
    let root = run(depth, "rustc --print sysroot");
    let version = run(depth, "rustc --version");
    println!("{} {} {} {}", depth, when, root.trim(), version.trim());
}

/// Until the file is there, or its folder is not.
fn linger(stop: &str) {
    let stop = std::path::Path::new(stop);
    while !stop.exists() && stop.parent().unwrap().exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words[0] == "linger" {
        return linger(&words[1]);
    }
    if words[0] == "background" {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["linger", &words[1]])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        println!("{}", child.id());
        return;
    }
    let depth: u32 = words[0].parse().unwrap();
    tell(depth, "before");
    let changes = if depth % 2 == 1 {
        ["component add rust-src", "component remove clippy", "update --no-self-update",
         "toolchain uninstall nightly"]
    } else {
        ["component remove rust-src", "component add clippy", "update --no-self-update",
         "toolchain install nightly --profile minimal --no-self-update"]
    };
    for change in changes {
        run(depth, &format!("rustup {}", change));
    }
    if depth == 3 {
        run(depth, "cargo build");
    } else {
        print!("{}", run(depth, &format!("cargo run --quiet -- {}", depth + 1)));
    }
    tell(depth, "after");
    run(depth, "rustc --crate-type lib src/lib.rs --out-dir .");
}
