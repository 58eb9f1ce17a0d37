//! With the feature `rust-bert` the program finds libtorch where it was when it was built; the build script of
//! the main package does this for its own programs only.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let folder = std::env::var_os("LIBTORCH").and_then(|f| Path::new(&f).canonicalize().ok());
    if let (Some(_), Some(folder)) = (std::env::var_os("CARGO_FEATURE_RUST_BERT"), folder) {
        println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags,-rpath,{}", folder.join("lib").display());
    }
}
