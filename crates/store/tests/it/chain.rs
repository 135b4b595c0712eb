//! The chain as its users see it: it holds, and where something was changed it says where.

use crate::{keep_one, open, page};
use chapar_model::ContentHash;
use chapar_store::{Break, ChainWalk, Depth, LinkKind, NewPage, Store, verify};
use std::path::Path;

async fn room(dir: &Path) -> Store {
    let store = open(dir).await;
    keep_one(&store, page("https://a.example/1", "one", 1)).await;
    keep_one(&store, page("https://a.example/2", "two", 2)).await;
    keep_one(&store, page("https://a.example/1", "one", 3)).await;
    keep_one(&store, NewPage { status: Some(304), ..page("https://a.example/2", "", 4) }).await;
    store
}

async fn walk(store: &Store) -> ChainWalk {
    verify(store, Depth::Records, None).await.unwrap()
}

/// Changes one byte of the only segment.
fn damage(dir: &Path, at: usize) {
    let path = dir.join("spool/chapar-000001.warc.gz");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn an_untouched_newsroom_holds() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    let walk = walk(&store).await;
    assert_eq!((walk.links, walk.broken), (4, None));
    let head = walk.head.unwrap();
    assert_eq!((head.seq, head.kind), (4, LinkKind::NotModified));
    let quick = verify(&store, Depth::Links, None).await.unwrap();
    assert_eq!(quick.head, Some(head));
}

#[tokio::test]
async fn a_noted_head_is_found_again_as_the_chain_grows() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    let noted = walk(&store).await.head.unwrap();
    keep_one(&store, page("https://a.example/3", "three", 9)).await;
    let later = verify(&store, Depth::Links, Some(noted.hash)).await.unwrap();
    assert_eq!(later.noted, Some(noted));
    let other = verify(&store, Depth::Links, Some(ContentHash::of(b"?"))).await.unwrap();
    assert_eq!((other.links, other.noted), (5, None));
}

#[tokio::test]
async fn a_changed_record_is_named_with_address_and_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    let kept = store.unread_page(chapar_model::PageId(2)).await.unwrap().unwrap();
    damage(dir.path(), usize::try_from(kept.place.offset).unwrap() + 30);
    let walk = walk(&store).await;
    assert_eq!(walk.links, 1);
    let Some(Break { link: Some(link), what }) = walk.broken else { panic!("it held") };
    assert_eq!(link.url, "https://a.example/2");
    assert_eq!(link.seen.to_string(), "1970-01-01T00:00:02Z");
    assert!(what.contains("chapar-000001.warc.gz"), "{what}");
    // What only looks at the links cannot see it.
    assert_eq!(verify(&store, Depth::Links, None).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_lost_segment_is_a_break_and_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let store = room(dir.path()).await;
    std::fs::remove_file(dir.path().join("spool/chapar-000001.warc.gz")).unwrap();
    let broken = walk(&store).await.broken.unwrap();
    assert!(broken.what.contains("cannot be read"), "{}", broken.what);
}

#[tokio::test]
async fn an_empty_newsroom_holds() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    assert_eq!(walk(&store).await, ChainWalk::default());
}
