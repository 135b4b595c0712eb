//! Which runs of a page are in the text that people marked as the article: by their words and by
//! their order, so that a "Share" in the text does not make every "Share" of the page a part of it.

use std::collections::HashMap;

/// Words of a run from which it is looked up by four words at a time.
const LONG: usize = 4;

/// Share of a run's fours that must stand in the text.
const FOUND_SHARE: f32 = 0.6;

/// How far behind the last found run a short one may stand, in words.
const REACH: usize = 60;

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

struct Found {
    run: usize,
    places: Vec<usize>,
    len: usize,
}

/// For each run whether it is in the text; `None` for runs without words.
pub(crate) fn align(runs: &[Vec<String>], gold: &[String]) -> Vec<Option<bool>> {
    let mut fours: HashMap<&[String], Vec<usize>> = HashMap::new();
    for (at, four) in gold.windows(LONG).enumerate() {
        fours.entry(four).or_default().push(at);
    }
    let mut labels: Vec<Option<bool>> =
        runs.iter().map(|run| (!run.is_empty()).then_some(false)).collect();
    let found: Vec<Found> =
        runs.iter().enumerate().filter_map(|(run, words)| look_up(run, words, &fours)).collect();
    let mut covered = vec![false; gold.len()];
    let mut place: Vec<Option<(usize, usize)>> = vec![None; runs.len()];
    let chain = chain(&found);
    for (at, start) in &chain {
        let Found { run, len, .. } = found[*at];
        place[run] = Some((*start, start + len));
        labels[run] = Some(true);
        cover(&mut covered, *start, len);
    }
    // What stands out of order counts once where nothing else says it.
    for (at, one) in found.iter().enumerate() {
        let start = one.places[0].min(gold.len());
        let end = (start + one.len).min(gold.len());
        let said = covered[start..end].iter().filter(|c| **c).count();
        if !chain.iter().any(|(other, _)| *other == at)
            && end > start
            && said * 10 < (end - start) * 3
        {
            labels[one.run] = Some(true);
            cover(&mut covered, start, one.len);
        }
    }
    short_runs(runs, gold, &place, &mut covered, &mut labels);
    labels
}

fn cover(covered: &mut [bool], start: usize, len: usize) {
    let end = (start + len).min(covered.len());
    covered[start.min(end)..end].fill(true);
}

fn look_up(run: usize, words: &[String], fours: &HashMap<&[String], Vec<usize>>) -> Option<Found> {
    if words.len() < LONG {
        return None;
    }
    let mut votes: HashMap<usize, usize> = HashMap::new();
    let mut hits = 0;
    for (at, four) in words.windows(LONG).enumerate() {
        let Some(places) = fours.get(four) else { continue };
        hits += 1;
        for place in places.iter().take(20) {
            *votes.entry(place.saturating_sub(at)).or_default() += 1;
        }
    }
    if (hits as f32) <= FOUND_SHARE * (words.len() - LONG + 1) as f32 {
        return None;
    }
    let mut places: Vec<(usize, usize)> = votes.into_iter().collect();
    places.sort_by_key(|(place, votes)| (std::cmp::Reverse(*votes), *place));
    let places = places.into_iter().take(5).map(|(place, _)| place).collect();
    Some(Found { run, places, len: words.len() })
}

/// The heaviest chain of runs that stand in the text in the same order as on the page.
fn chain(found: &[Found]) -> Vec<(usize, usize)> {
    let mut best: Vec<(usize, usize, Option<usize>)> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let mut most = (0, 0, None);
        for place in &one.places {
            let mut weight = (one.len, *place, None);
            for before in at.saturating_sub(300)..at {
                let (sum, start, _) = best[before];
                if start + found[before].len / 2 <= place + 2 && sum + one.len > weight.0 {
                    weight = (sum + one.len, *place, Some(before));
                }
            }
            if weight.0 > most.0 {
                most = weight;
            }
        }
        best.push(most);
    }
    let mut at = (0..best.len()).max_by_key(|at| (best[*at].0, std::cmp::Reverse(*at)));
    let mut chain = Vec::new();
    while let Some(this) = at {
        chain.push((this, best[this].1));
        at = best[this].2;
    }
    chain
}

/// A short run is in the text where its words stand between those of its neighbours.
fn short_runs(
    runs: &[Vec<String>],
    gold: &[String],
    place: &[Option<(usize, usize)>],
    covered: &mut [bool],
    labels: &mut [Option<bool>],
) {
    let mut next = vec![gold.len(); runs.len()];
    let mut start = gold.len();
    for at in (0..runs.len()).rev() {
        next[at] = start;
        if let Some((from, _)) = place[at] {
            start = from;
        }
    }
    let mut last = 0;
    for (at, words) in runs.iter().enumerate() {
        if let Some((_, end)) = place[at] {
            last = end;
            continue;
        }
        if words.is_empty() || words.len() >= LONG {
            continue;
        }
        let from = last.saturating_sub(1);
        let to = gold.len().min(next[at].max(from) + words.len()).min(from + REACH);
        let here = (from..(to + 1).saturating_sub(words.len())).find(|p| {
            gold[*p..p + words.len()] == words[..] && !covered[*p..p + words.len()].contains(&true)
        });
        if let Some(here) = here {
            labels[at] = Some(true);
            cover(covered, here, words.len());
            last = here + words.len();
        }
    }
}
