//! What a robots.txt allows, as tables.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(robots: &str, path: &str, expect: &str) {
    let rule = match Robots::parse(robots.as_bytes()).verdict("Chapar", path) {
        RobotsVerdict::Allowed => "allowed".to_owned(),
        RobotsVerdict::Disallowed { rule } => rule,
    };
    assert_eq!(rule, expect, "{path} by\n{robots}");
}

const ALLOWED: &str = "allowed";

#[test]
fn the_longest_rule_decides_and_allow_wins_a_tie() {
    let robots = "User-agent: *\nDisallow: /\nAllow: /news\nDisallow: /news/print\n\
                  Allow: /same\nDisallow: /same";
    check(robots, "/", "Disallow: /");
    check(robots, "/other", "Disallow: /");
    check(robots, "/news/1", ALLOWED);
    check(robots, "/news/print/1", "Disallow: /news/print");
    check(robots, "/same", ALLOWED);
    check(robots, "/robots.txt", ALLOWED);
    check("User-agent: *\nAllow: /page\nDisallow: /*.html", "/page.html", "Disallow: /*.html");
}

#[test]
fn wildcards_and_ends_are_understood() {
    let table = [
        ("/fish", "/fish", true),
        ("/fish", "/fishheads/yummy.html", true),
        ("/fish", "/Fish", false),
        ("/fish", "/catfish", false),
        ("/fish/", "/fish", false),
        ("/fish/", "/fish/?id=1", true),
        ("/fish*", "/fish.html", true),
        ("/*.php", "/folder/a.php?x=1", true),
        ("/*.php", "/windows.PHP", false),
        ("/*.php$", "/a.php", true),
        ("/*.php$", "/a.php/", false),
        ("/*.php$", "/a.php?x", false),
        ("/fish*.php", "/fishheads/catfish.php?p=1", true),
        ("/*/print$", "/a/print/b/print", true),
        ("/a*b*c$", "/abcbc", true),
        ("/a*b*c$", "/acb", false),
        ("*", "/anything", true),
        ("/$", "/", true),
        ("/$", "/a", false),
        ("/*$", "/a", true),
        ("/**a", "/xa", true),
        ("/a$b", "/a$b", true),
        ("fish", "/fish", false),
        ("/*?", "/a?b", true),
        ("/*?", "/a", false),
        ("$", "/", false),
        ("/ab*ab$", "/ab", false),
    ];
    for (pattern, path, matches) in table {
        let expect = if matches { format!("Disallow: {pattern}") } else { ALLOWED.to_owned() };
        check(&format!("User-agent: *\nDisallow: {pattern}"), path, &expect);
    }
}

#[test]
fn escapes_have_one_spelling() {
    for pattern in ["/خبر", "/%D8%AE%D8%A8%D8%B1", "/%d8%ae%d8%a8%d8%b1"] {
        let robots = format!("User-agent: *\nDisallow: {pattern}");
        check(&robots, "/%D8%AE%D8%A8%D8%B1/1", &format!("Disallow: {pattern}"));
        check(&robots, "/%d8%ae%d8%a8%d8%b1/1", &format!("Disallow: {pattern}"));
    }
    check("User-agent: *\nDisallow: /a%7Eb", "/a~b", "Disallow: /a%7Eb");
    check("User-agent: *\nDisallow: /a~b", "/a%7eb", "Disallow: /a~b");
    // An escaped slash is no slash, and an escaped asterisk no wildcard.
    check("User-agent: *\nDisallow: /a%2Fb", "/a/b", ALLOWED);
    check("User-agent: *\nDisallow: /a%2ab", "/a%2Ab", "Disallow: /a%2ab");
    check("User-agent: *\nDisallow: /a%2Ab", "/axb", ALLOWED);
    check("User-agent: *\nDisallow: /100%", "/100%25", "Disallow: /100%");
}

#[test]
fn a_group_that_names_us_replaces_the_one_for_all() {
    let robots = "User-agent: *\nDisallow: /\n\nUser-agent: chapar/2.0 (news)\nDisallow: /a\n\n\
                  User-agent: OtherBot\nDisallow: /\n\nUser-Agent: CHAPAR\nDisallow: /b";
    check(robots, "/c", ALLOWED);
    check(robots, "/a", "Disallow: /a");
    check(robots, "/b", "Disallow: /b");
    check("User-agent: chaparral\nDisallow: /", "/a", ALLOWED);
    check("User-agent: Chap\nDisallow: /", "/a", ALLOWED);
}

#[test]
fn agents_in_a_row_share_their_rules() {
    let robots = "User-agent: one\nUser-agent: chapar\n\nSitemap: /s.xml\nUser-agent: two\n\
                  Disallow: /a\nUser-agent: three\nDisallow: /b";
    check(robots, "/a", "Disallow: /a");
    check(robots, "/b", ALLOWED);
}

#[test]
fn a_crawl_delay_closes_the_list_of_agents() {
    let robots = "User-agent: *\nCrawl-delay: 10\n\nUser-agent: BadBot\nDisallow: /";
    check(robots, "/a", ALLOWED);
    let robots = Robots::parse(robots.as_bytes());
    assert_eq!(robots.crawl_delay("Chapar"), Some(10.0));
    assert_eq!(robots.crawl_delay("BadBot"), None);
}

#[test]
fn crawl_delays_that_are_no_pause_are_dropped() {
    for (raw, expect) in [
        ("2.5", Some(2.5)),
        ("-1", None),
        ("inf", None),
        ("NaN", None),
        ("soon", None),
        ("1e99", None),
    ] {
        let robots = Robots::parse(format!("User-agent: *\nCrawl-delay: {raw}").as_bytes());
        assert_eq!(robots.crawl_delay("Chapar"), expect, "{raw}");
    }
}

#[test]
fn broken_files_are_read_as_far_as_they_go() {
    let forbids = "Disallow: /a";
    check("\u{feff}User-agent: *\nDisallow: /a", "/a", forbids);
    check("user-AGENT : * # all\r\n  DISALLOW:/a#x\r\n", "/a", forbids);
    check("User-agent: *\rDisallow: /a", "/a", forbids);
    check("Useragent: *\nDissallow: /a", "/a", forbids);
    check("User-agent *\nDisallow /a", "/a", forbids);
    check("nonsense\nUser-agent: *\n:::\nNoindex: /x\nDisallow: /a", "/a", forbids);
    check("User-agent: *\nDisallow:", "/a", ALLOWED);
    check("Disallow: /a", "/a", ALLOWED);
    check("", "/a", ALLOWED);
    check("<!DOCTYPE html><title>Not found: /</title>", "/a", ALLOWED);
    let mut latin1 = b"# caf\xe9\nUser-agent: *\nDisallow: /a".to_vec();
    assert_ne!(Robots::parse(&latin1).verdict("Chapar", "/a"), RobotsVerdict::Allowed);
    latin1.insert(0, 0);
    assert_ne!(Robots::parse(&latin1).verdict("Chapar", "/a"), RobotsVerdict::Allowed);
}

#[test]
fn sitemaps_stand_outside_of_groups() {
    let robots = Robots::parse(
        b"Sitemap: https://daily.example/1.xml\nUser-agent: x\nDisallow: /\n\
          sitemap:https://daily.example/2.xml # b\nSitemap:",
    );
    assert_eq!(robots.sitemaps(), ["https://daily.example/1.xml", "https://daily.example/2.xml"]);
}

#[test]
fn what_is_past_the_limit_is_cut_at_a_line() {
    let mut robots = "User-agent: *\nDisallow: /a\n".to_owned();
    while robots.len() < ROBOTS_BYTES_MAX - 120 {
        robots.push_str(&format!("# {}\n", "x".repeat(97)));
    }
    // The limit falls right behind the slash, which alone would forbid everything.
    let padding = ROBOTS_BYTES_MAX - robots.len() - "\nDisallow: /".len();
    robots.push_str(&format!("{}\nDisallow: /private", "#".repeat(padding)));
    assert!(robots.get(..ROBOTS_BYTES_MAX).unwrap().ends_with("\nDisallow: /"));
    check(&robots, "/a", "Disallow: /a");
    check(&robots, "/b", ALLOWED);
}

#[test]
fn rules_past_the_limits_are_not_kept() {
    let many = "User-agent: *\n".to_owned() + &"Disallow: /a\n".repeat(LINES_MAX * 2);
    let rules = |robots: Robots| robots.groups.iter().map(|g| g.rules.len()).sum::<usize>();
    assert_eq!(rules(Robots::parse(many.as_bytes())), LINES_MAX - 1);
    let long = format!("User-agent: *\nDisallow: /{}", "a".repeat(PATTERN_BYTES_MAX));
    check(&long, &format!("/{}", "a".repeat(PATTERN_BYTES_MAX)), ALLOWED);
}

#[test]
fn hostile_patterns_take_no_time_to_speak_of() {
    let pattern = format!("/{}b", "*a".repeat(2000));
    let robots = "User-agent: *\n".to_owned() + &format!("Disallow: {pattern}\n").repeat(120);
    check(&robots, &format!("/{}", "a".repeat(4000)), ALLOWED);
}

#[test]
fn the_largest_file_takes_a_few_megabytes() {
    for line in
        ["Disallow: /é\n", "Disallow: *a*a*a*a*a\n", "User-agent: a\nAllow: /\n", "Sitemap: a\n"]
    {
        let file = "User-agent: *\n".to_owned() + &line.repeat(ROBOTS_BYTES_MAX / line.len());
        let bytes = Robots::parse(file.as_bytes()).bytes();
        assert!(bytes < 4 * ROBOTS_BYTES_MAX, "{line}: {bytes}");
    }
}

/// Matching as it is defined, without cleverness.
fn matches_slowly(pattern: &[u8], path: &[u8], anchored: bool) -> bool {
    match pattern.split_first() {
        None => !anchored || path.is_empty(),
        Some((b'*', rest)) => {
            (0..=path.len()).any(|at| matches_slowly(rest, &path[at..], anchored))
        }
        Some((first, rest)) => {
            path.first() == Some(first) && matches_slowly(rest, &path[1..], anchored)
        }
    }
}

proptest! {
    #[test]
    fn matching_agrees_with_its_definition(pattern in "/[ab*]{0,8}\\$?", path in "/[ab]{0,10}") {
        let bare = pattern.strip_suffix('$').unwrap_or(&pattern);
        let expect = matches_slowly(bare.as_bytes(), path.as_bytes(), bare != pattern);
        prop_assert_eq!(Pattern::parse(&pattern).matches(&normalize(&path)), expect);
    }

    #[test]
    fn nothing_makes_it_panic(bytes: Vec<u8>, token in "\\PC{0,8}", path in "\\PC{0,40}") {
        let robots = Robots::parse(&bytes);
        let _ = (robots.verdict(&token, &path), robots.crawl_delay(&token));
    }

    #[test]
    fn lines_like_those_of_robots_never_panic(
        lines in prop::collection::vec("(User-agent|Allow|Disallow|Crawl-delay|Sitemap)[:= ]{0,2}[/*$%a-fA-F0-9é]{0,12}#?", 0..30),
        path in "/[a-f%0-9*$é]{0,20}",
    ) {
        let robots = Robots::parse(lines.join("\n").as_bytes());
        let _ = robots.verdict("Chapar", &path);
    }

    #[test]
    fn normalizing_twice_changes_nothing(path in "/[ -~é%]{0,30}") {
        let once = normalize(&path);
        prop_assert_eq!(normalize(std::str::from_utf8(&once).unwrap()), once);
    }

    #[test]
    fn an_allow_of_the_same_length_undoes_a_disallow(path in "/[a-z/]{0,12}") {
        let robots = format!("User-agent: *\nDisallow: {path}\nAllow: {path}\n");
        prop_assert_eq!(
            Robots::parse(robots.as_bytes()).verdict("Chapar", &path),
            RobotsVerdict::Allowed
        );
    }
}
