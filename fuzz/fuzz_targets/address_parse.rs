//! Addresses of any text: nothing panics, what was parsed is parsed the same again, and whatever is
//! let through by the policy names no address of a private network.
#![no_main]

use chapar_fetch::{AddressPolicy, find_special};
use chapar_model::PageUrl;
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;

fuzz_target!(|text: &str| {
    let base = PageUrl::parse("https://daily.example/news/").ok();
    let joined = base.and_then(|base| base.join(text).ok());
    for url in PageUrl::parse(text).ok().into_iter().chain(joined) {
        assert_eq!(PageUrl::parse(url.as_str()).ok().as_ref(), Some(&url));
        if AddressPolicy::default().check_url(&url).is_ok() {
            assert!(matches!(url.as_url().scheme(), "http" | "https"));
            let host = url.host().trim_matches(['[', ']']);
            if let Ok(ip) = host.parse::<IpAddr>() {
                assert!(find_special(ip).is_none(), "{url}");
            }
        }
    }
});
