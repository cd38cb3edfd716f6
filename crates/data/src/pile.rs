//! A list that grows piece by piece. A `Vec` that doubles holds three times what it needs while it moves; here nothing
//! moves, so that what a hostile answer makes long costs what it holds and no more.

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Items in a piece.
const PIECE: usize = 4096;

/// Items in the order in which they came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pile<T> {
    /// All but the last hold [`PIECE`] items.
    pieces: Vec<Vec<T>>,
}

impl<T> Default for Pile<T> {
    fn default() -> Self {
        Pile { pieces: Vec::new() }
    }
}

impl<T> Pile<T> {
    /// Adds an item.
    pub fn push(&mut self, item: T) {
        match self.pieces.last_mut() {
            Some(last) if last.len() < PIECE => last.push(item),
            // The first piece grows as it must, because most lists are short.
            None => self.pieces.push(vec![item]),
            Some(_) => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(item);
                self.pieces.push(piece);
            }
        }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.pieces.last().map_or(0, |last| (self.pieces.len() - 1) * PIECE + last.len())
    }

    /// The item at a place, if there is one.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// All items, each piece given back once it is done.
    pub fn into_items(self) -> impl Iterator<Item = T> {
        self.pieces.into_iter().flatten()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pile<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Pile<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Pile<T>, A::Error> {
                let mut pile = Pile::default();
                while let Some(item) = items.next_element()? {
                    pile.push(item);
                }
                Ok(pile)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stay_in_their_order_beyond_a_piece() {
        for count in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let mut pile = Pile::default();
            (0..count).for_each(|item| pile.push(item));
            assert_eq!(pile.len(), count);
            assert!((0..count).all(|at| pile.get(at) == Some(&at)), "{count}");
            assert_eq!(pile.get(count), None);
            assert!(pile.iter().copied().eq(0..count));
            assert!(pile.into_items().eq(0..count));
        }
    }
}
