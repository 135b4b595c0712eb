//! Which documents hold a term, for terms that mostly stand in one document each: some 14 bytes a
//! term. Knows neither documents nor terms, only numbers for them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Set in a [`Holders`] that is the number of a list and not of a document.
const LIST: u32 = 1 << 31;

/// The documents of each term. Terms are hashes cut to 32 bits: of a thousand terms that are looked
/// up among ten million, two or three meet one that is not theirs.
#[derive(Debug, Default)]
pub struct Postings {
    terms: HashMap<u32, Holders, BuildHasherDefault<Spread>>,
    lists: Vec<Vec<u32>>,
    free: Vec<u32>,
}

/// One document, or the number of a list of several.
#[derive(Debug, Clone, Copy)]
struct Holders(u32);

impl Postings {
    /// Notes that a document, numbered below 2^31, holds a term. Gives how many hold it now.
    pub fn insert(&mut self, term: u32, doc: u32) -> usize {
        let doc = doc & !LIST;
        let Some(holders) = self.terms.get_mut(&term) else {
            self.terms.insert(term, Holders(doc));
            return 1;
        };
        if let Some(list) = holders.list() {
            let Some(docs) = self.lists.get_mut(list) else { return 0 };
            if let Err(at) = docs.binary_search(&doc) {
                docs.insert(at, doc);
            }
            return docs.len();
        }
        if holders.0 == doc {
            return 1;
        }
        let both = vec![holders.0.min(doc), holders.0.max(doc)];
        *holders = Holders(LIST | put(&mut self.lists, &mut self.free, both));
        2
    }

    /// Takes a document from a term's; gives how many are left.
    pub fn remove(&mut self, term: u32, doc: u32) -> usize {
        let Some(holders) = self.terms.get_mut(&term) else { return 0 };
        let Some(list) = holders.list() else {
            if holders.0 == doc {
                self.terms.remove(&term);
                return 0;
            }
            return 1;
        };
        let Some(docs) = self.lists.get_mut(list) else { return 0 };
        if let Ok(at) = docs.binary_search(&doc) {
            docs.remove(at);
        }
        if let [one] = docs[..] {
            *docs = Vec::new();
            self.free.push(holders.0 & !LIST);
            *holders = Holders(one);
            return 1;
        }
        docs.len()
    }

    /// The documents that hold a term, by their numbers.
    pub fn holders(&self, term: u32) -> &[u32] {
        match self.terms.get(&term) {
            None => &[],
            Some(holders) => match holders.list() {
                Some(list) => self.lists.get(list).map_or(&[], Vec::as_slice),
                None => std::slice::from_ref(&holders.0),
            },
        }
    }
}

impl Holders {
    fn list(self) -> Option<usize> {
        (self.0 & LIST != 0).then_some((self.0 & !LIST) as usize)
    }
}

/// Puts a list where one was freed, or at the end.
fn put(lists: &mut Vec<Vec<u32>>, free: &mut Vec<u32>, docs: Vec<u32>) -> u32 {
    if let Some(number) = free.pop()
        && let Some(place) = lists.get_mut(number as usize)
    {
        *place = docs;
        return number;
    }
    lists.push(docs);
    u32::try_from(lists.len() - 1).unwrap_or(u32::MAX >> 1)
}

/// Terms are hashes already; a multiplication brings their bits to where the table looks.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, term: u32) {
        self.0 = (self.0.rotate_left(32) ^ u64::from(term)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn a_term_of_one_document_and_of_many_reads_alike() {
        let mut postings = Postings::default();
        assert_eq!(postings.holders(7), [0_u32; 0]);
        assert_eq!(postings.insert(7, 5), 1);
        assert_eq!(postings.holders(7), [5]);
        assert_eq!(postings.insert(7, 2), 2);
        assert_eq!(postings.insert(7, 5), 2);
        assert_eq!(postings.holders(7), [2, 5]);
        assert_eq!(postings.remove(7, 2), 1);
        assert_eq!(postings.remove(7, 5), 0);
        assert!(postings.terms.is_empty());
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_of_sets_would(steps in prop::collection::vec((any::<bool>(), 0_u32..6, 0_u32..6), 0..200)) {
            let (mut postings, mut sets) = (Postings::default(), BTreeMap::<u32, BTreeSet<u32>>::new());
            for (is_in, term, doc) in steps {
                let set = sets.entry(term).or_default();
                let left = match is_in {
                    true => { set.insert(doc); postings.insert(term, doc) }
                    false => { set.remove(&doc); postings.remove(term, doc) }
                };
                prop_assert_eq!(left, set.len());
                prop_assert_eq!(postings.holders(term), set.iter().copied().collect::<Vec<_>>());
            }
        }
    }
}
