//! Rebuilds the crate when a file of the sample world changes; it does nothing else.

fn main() {
    println!("cargo::rerun-if-changed=../../samples/outlets");
    println!("cargo::rerun-if-changed=../../samples/channels");
}
