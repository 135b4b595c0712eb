//! The last documents of a stream: each has an id of its own and a small number that is used again
//! once the document is forgotten. Decides nothing about what it holds.

use chapar_model::ArticleId;
use std::collections::{HashMap, VecDeque};

/// The documents held, the oldest first.
#[derive(Debug)]
pub struct Recent<T> {
    places: Vec<Option<(ArticleId, T)>>,
    free: Vec<u32>,
    order: VecDeque<u32>,
    numbers: HashMap<ArticleId, u32>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
            order: VecDeque::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T> Recent<T> {
    /// Takes a document in as the newest and gives its number; one of the same id goes.
    pub fn push(&mut self, id: ArticleId, value: T) -> u32 {
        self.remove(id);
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                self.places.push(None);
                u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
            }
        };
        if let Some(place) = self.places.get_mut(number as usize) {
            *place = Some((id, value));
        }
        self.order.push_back(number);
        self.numbers.insert(id, number);
        number
    }

    /// Takes a document out; gives the number it had.
    pub fn remove(&mut self, id: ArticleId) -> Option<(u32, T)> {
        let number = self.numbers.remove(&id)?;
        if self.order.front() == Some(&number) {
            self.order.pop_front();
        } else {
            self.order.retain(|other| *other != number);
        }
        self.free.push(number);
        let (_, value) = self.places.get_mut(number as usize)?.take()?;
        Some((number, value))
    }

    /// The document that came first of those held.
    pub fn oldest(&self) -> Option<ArticleId> {
        self.order.front().and_then(|number| self.at(*number)).map(|(id, _)| id)
    }

    /// The number of a document.
    pub fn number(&self, id: ArticleId) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    /// A document.
    pub fn get(&self, id: ArticleId) -> Option<&T> {
        self.at(self.number(id)?).map(|(_, value)| value)
    }

    /// A document, to be changed.
    pub fn get_mut(&mut self, id: ArticleId) -> Option<&mut T> {
        let number = self.number(id)?;
        self.places.get_mut(number as usize)?.as_mut().map(|(_, value)| value)
    }

    /// The document of a number.
    pub fn at(&self, number: u32) -> Option<(ArticleId, &T)> {
        self.places.get(number as usize)?.as_ref().map(|(id, value)| (*id, value))
    }

    /// How many are held.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_its_number_is_used_again() {
        let mut recent = Recent::default();
        let first = recent.push(ArticleId(10), 'a');
        recent.push(ArticleId(11), 'b');
        assert_eq!(recent.oldest(), Some(ArticleId(10)));
        assert_eq!(recent.remove(ArticleId(10)), Some((first, 'a')));
        assert_eq!(recent.oldest(), Some(ArticleId(11)));
        assert_eq!(recent.push(ArticleId(12), 'c'), first);
        assert_eq!((recent.len(), recent.at(first)), (2, Some((ArticleId(12), &'c'))));
    }

    #[test]
    fn one_that_comes_again_is_the_newest() {
        let mut recent = Recent::default();
        for (id, value) in [(1, 'a'), (2, 'b'), (1, 'c')] {
            recent.push(ArticleId(id), value);
        }
        assert_eq!((recent.len(), recent.oldest()), (2, Some(ArticleId(2))));
        assert_eq!(recent.get(ArticleId(1)), Some(&'c'));
    }
}
