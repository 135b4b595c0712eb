//! Names for the numbers that trees see, kept in one place with their order.

/// Makes an enum of numbers, their names in order, and the array that holds them.
macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident: $($variant:ident = $text:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub(crate) enum $name {
            $(
                #[doc = $text]
                $variant,
            )+
        }

        /// Their names, in order.
        pub(crate) const NAMES: &[&str] = &[$($text),+];

        /// How many there are.
        pub(crate) const COUNT: usize = NAMES.len();

        /// The numbers of one thing.
        pub(crate) type Row = [f32; COUNT];
    };
}

pub(crate) use numbers;

/// A truth as a number.
pub(crate) fn flag(yes: bool) -> f32 {
    if yes { 1.0 } else { 0.0 }
}

/// A size as a number.
pub(crate) fn log(size: u32) -> f32 {
    (size as f32 + 1.0).ln()
}
