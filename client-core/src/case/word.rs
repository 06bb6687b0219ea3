//! Enums whose members are words in records: one list for reading, writing, forms and texts.

/// A word that records write.
pub trait Word: Copy + 'static {
    /// Every member, in the order in which people are offered them.
    const ALL: &'static [Self];
    /// The words of [`Word::ALL`].
    const WORDS: &'static [&'static str];

    /// The word.
    fn word(self) -> &'static str;

    /// The member with that word.
    fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|member| member.word() == word)
    }
}

/// Makes such an enum. In documents and as JSON it is its word; in a device's own records its place in the list, so that a new
/// member goes to the end.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$meaning:meta])* $member:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$meaning])* $member,)+ }

        impl $crate::case::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$member),+];
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn word(self) -> &'static str {
                match self { $(Self::$member => $word,)+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() {
                    to.serialize_str($crate::case::Word::word(*self))
                } else {
                    to.serialize_u32(*self as u32)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let read = if from.is_human_readable() {
                    $crate::case::Word::named(&std::borrow::Cow::<'de, str>::deserialize(from)?)
                } else {
                    let place = u32::deserialize(from)?;
                    <Self as $crate::case::Word>::ALL.get(place as usize).copied()
                };
                read.ok_or_else(|| serde::de::Error::custom("there is no such word"))
            }
        }
    };
}

pub(crate) use words;
