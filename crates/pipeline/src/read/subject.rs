//! What one page is, by its bytes and all that is known beside them. Pure.

use crate::kinds::{Document, FeedDocument, Post, find_document, kind_of};
use crate::polled::Role;
use chapar_extract::{
    FeedHint, PageInput, PageNote, Reading, SiteProfile, Target, extract_and_note,
};
use chapar_fetch::{DecodeLimits, decode_body};
use chapar_model::{Outcome, OutcomeKind};
use chapar_store::{EntryHint, SourceRow, UnreadPage};
use jiff::tz::TimeZone;

/// What a page turned out to be.
pub(crate) enum Found {
    Page(Box<Reading>),
    Feed(FeedDocument),
    Post(Box<Post>),
    Not(Outcome),
    /// It is read in its turn, after the pages before it.
    Waits,
}

/// A page with all that it is read by.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) page: &'a UnreadPage,
    pub(crate) body: &'a [u8],
    pub(crate) source: Option<&'a SourceRow>,
    pub(crate) hint: Option<&'a EntryHint>,
    pub(crate) role: &'a Role,
    /// What pages before it taught of the document it is a page of.
    pub(crate) learned: Option<&'a str>,
    /// What pages before it were that entries of its source led to.
    pub(crate) targets: &'a [Target],
}

/// What a page is, and what it adds to what is known of its source. Pure.
pub(crate) fn find_noted(subject: &Subject<'_>) -> (Found, Option<PageNote>) {
    let mut note = None;
    let found = find(subject, |input| {
        let (read, noted) = extract_and_note(input);
        note = noted;
        read.value
    });
    // The page of an error may read like an article; it teaches nothing.
    let note = note.filter(|_| matches!(found, Found::Page(_)));
    (found, note)
}

/// What a page is in the light of its source's other pages, where there is one; else what it adds
/// to that too. Pure.
pub(super) fn find_by(
    profile: Option<&SiteProfile>,
    subject: &Subject<'_>,
) -> (Found, Option<PageNote>) {
    match profile {
        Some(profile) => (find(subject, |input| profile.extract_page(input).value), None),
        None => find_noted(subject),
    }
}

fn find(subject: &Subject<'_>, read: impl FnOnce(&PageInput<'_>) -> Reading) -> Found {
    let Subject { page, body, source, hint, role, learned, targets } = *subject;
    let meta = &page.page;
    let body = match decode_body(&meta.headers, body, DecodeLimits::default()) {
        Ok(body) => body,
        Err(error) => {
            return Found::Not(Outcome {
                kind: OutcomeKind::Unreadable,
                reason: error.to_string(),
            });
        }
    };
    let zone = source.and_then(zone_of);
    let ok = meta.status.is_none_or(|status| (200..300).contains(&status));
    let lang = source.and_then(|source| source.setup.lang);
    let polled = role.polled(learned, targets);
    let document = Document { body: &body, page: meta, zone: zone.clone(), lang, polled };
    if ok
        && let Role::Post(kind, _) = role
        && let Some(post) = kind_of(*kind).find_post(&document, hint)
    {
        return Found::Post(Box::new(post));
    }
    let known = match role {
        Role::Polled(feed) => Some(feed.kind),
        _ => None,
    };
    if ok && let Some(document) = find_document(known, &document) {
        return Found::Feed(document);
    }
    let reading = read(&PageInput {
        bytes: &body,
        url: Some(&meta.url),
        headers: &meta.headers,
        fetched: Some(meta.fetched),
        zone,
        lang_hint: lang,
        feed: hint.map(|hint| FeedHint {
            title: Some(hint.title.clone()).filter(|title| !title.is_empty()),
            published: hint.published,
            author: hint.author.clone(),
        }),
    });
    if !ok && reading.outcome.kind != OutcomeKind::Challenge {
        let status = meta.status.unwrap_or(0);
        return Found::Not(Outcome {
            kind: OutcomeKind::HttpError,
            reason: format!("status {status}"),
        });
    }
    if matches!(role, Role::Polled(_)) {
        // An error page, a login: whatever it says, it is not what is followed there.
        let kind = match reading.outcome.kind {
            OutcomeKind::Article => OutcomeKind::OtherPage,
            kind => kind,
        };
        let reason = format!("a page where a feed should stand: {}", reading.outcome.reason);
        return Found::Not(Outcome { kind, reason });
    }
    Found::Page(Box::new(reading))
}

pub(super) fn zone_of(source: &SourceRow) -> Option<TimeZone> {
    source.setup.zone.as_deref().and_then(|name| TimeZone::get(name).ok())
}
