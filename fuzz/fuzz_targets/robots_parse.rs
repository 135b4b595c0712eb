//! robots.txt of any bytes: nothing panics, and a path is judged the same each time.
#![no_main]

use chapar_fetch::Robots;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (path, file) =
        bytes.split_at(bytes.len().min(usize::from(bytes.first().copied().unwrap_or(0))));
    let robots = Robots::parse(file);
    let path = format!("/{}", String::from_utf8_lossy(path));
    for agent in ["Chapar", "*", ""] {
        assert_eq!(robots.verdict(agent, &path), robots.verdict(agent, &path));
        assert!(robots.crawl_delay(agent).is_none_or(|seconds| seconds >= 0.0));
    }
});
