//! `chapar verify`: walks the chain over what was seen when.

use crate::cli::{Cli, Verify};
use crate::say::{Bar, Done, answer, answer_json};
use anyhow::{Context as _, Result};
use chapar_model::ContentHash;
use chapar_store::{Break, ChainWalk, Depth, LinkSeen, OpenMode, Store, verify};
use serde_json::{Value, json};

/// Runs the command.
pub(crate) async fn run(cli: &Cli, options: &Verify) -> Result<Done> {
    let noted = match &options.since {
        Some(hex) => Some(
            ContentHash::parse(hex.trim())
                .with_context(|| format!("`{hex}` is no hash of a link: 64 hexadecimal digits"))?,
        ),
        None => None,
    };
    let depth = if options.quick { Depth::Links } else { Depth::Records };
    let store = Store::open(&cli.data, OpenMode::Read).await?;
    let bar = Bar::new("walking the chain");
    let walk = verify(&store, depth, noted).await;
    bar.clear();
    let walk = walk?;
    store.close().await;
    if cli.json {
        answer_json(&as_json(&walk, options))?;
    } else {
        tell(&walk, options);
    }
    let is_lost = noted.is_some() && walk.noted.is_none();
    Ok(if walk.broken.is_some() || is_lost { Done::AtFault } else { Done::Whole })
}

fn tell(walk: &ChainWalk, options: &Verify) {
    let checked = if options.quick { "links hold" } else { "links and their records hold" };
    answer(&format!("{} {checked}", walk.links));
    if let Some(Break { link, what }) = &walk.broken {
        match link {
            Some(link) => answer(&format!(
                "the chain breaks at link {}, `{}` as seen {}: {what}",
                link.seq, link.url, link.seen
            )),
            None => answer(&format!("the chain does not hold all that was kept: {what}")),
        }
    }
    if let Some(head) = &walk.head {
        answer(&format!("head: link {}, seen {}", head.seq, head.seen));
        answer(&format!("{}", head.hash));
    }
    match (&options.since, &walk.noted) {
        (Some(_), Some(link)) => {
            answer(&format!("the noted hash is that of link {}, seen {}", link.seq, link.seen));
        }
        (Some(hash), None) => {
            answer(&format!("no link has the noted hash `{hash}`: this is another chain"));
        }
        (None, _) => {}
    }
}

fn as_json(walk: &ChainWalk, options: &Verify) -> Value {
    let link = |link: &LinkSeen| {
        json!({
            "seq": link.seq, "kind": link.kind.as_str(), "seen": link.seen, "url": link.url,
            "hash": link.hash,
        })
    };
    json!({
        "links": walk.links,
        "records": !options.quick,
        "head": walk.head.as_ref().map(link),
        "broken": walk.broken.as_ref()
            .map(|broken| json!({ "link": broken.link.as_ref().map(link), "what": broken.what })),
        "noted": walk.noted.as_ref().map(link),
    })
}
