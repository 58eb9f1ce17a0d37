//! Puts the model in `models/dabir-fa/` into the binary, where the source tree has it. With the
//! feature `rust-bert` the programs find libtorch where it was when they were built.

use std::path::Path;

fn main() {
    const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];
    let folder = Path::new("models/dabir-fa");
    println!("cargo::rustc-check-cfg=cfg(embedded_model)");
    println!("cargo::rerun-if-changed=build.rs");
    for file in FILES {
        println!("cargo::rerun-if-changed={}", folder.join(file).display());
    }
    if FILES.iter().all(|file| folder.join(file).is_file()) {
        println!("cargo::rustc-cfg=embedded_model");
    }
    if std::env::var_os("CARGO_FEATURE_RUST_BERT").is_some() {
        println!("cargo::rerun-if-env-changed=LIBTORCH");
        let unix = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "unix");
        let folder = std::env::var_os("LIBTORCH").and_then(|f| Path::new(&f).canonicalize().ok());
        if let (true, Some(folder)) = (unix, folder) {
            // The old kind of entry holds for the libraries that libtorch itself needs, too.
            println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags,-rpath,{}", folder.join("lib").display());
        }
    }
}
