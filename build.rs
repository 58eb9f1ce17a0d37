//! Puts the model in `models/dabir-fa/` into the binary, where the source tree has it.

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
}
