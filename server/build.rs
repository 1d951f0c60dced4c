//! Builds the server again whenever the embedded site has changed.

fn main() {
    let site = std::path::Path::new("../target/site");
    println!("cargo::rerun-if-changed=../target/site/hash.txt");
    if !site.join("hash.txt").exists() {
        println!(
            "cargo::warning=target/site is missing: pages will come without style and scripts; `make run` builds it"
        );
    }
}
