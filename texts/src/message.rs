//! Messages that are made where something goes wrong and said where a person reads them: the name is the stable code.

use std::fmt;

use crate::{Lang, PLAIN};

/// A message with its arguments, in no language yet. `Display` says it in English, for logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    id: usize,
    name: &'static str,
    /// In the order of their names.
    arguments: Vec<Argument>,
}

/// What stands in a message: a text or number as it is, or another message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// As it is.
    Text(String),
    /// A number, without separators: ids and counts are written so in every language.
    Number(i64),
    /// Said in the language of the message around it.
    Message(Message),
}

impl Message {
    pub(crate) fn new(id: usize, name: &'static str, arguments: Vec<Argument>) -> Self {
        Self { id, name, arguments }
    }

    /// The message without arguments of that name, for texts that data names, such as a server's code.
    pub fn named(name: &str) -> Option<Self> {
        let id = PLAIN.binary_search(&name).ok()?;
        Some(Self { id, name: PLAIN.get(id)?, arguments: Vec::new() })
    }

    /// The message's name, the same in every language and version.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the message and of those within it.
    pub fn names(&self) -> Vec<&'static str> {
        let within = self.arguments.iter().filter_map(|argument| match argument {
            Argument::Message(message) => Some(message.names()),
            _ => None,
        });
        std::iter::once(self.name).chain(within.flatten()).collect()
    }

    /// The message in a language.
    pub fn say(&self, lang: Lang) -> String {
        crate::format(lang, self.id, &self.arguments)
    }
}

impl Argument {
    pub(crate) fn say(&self, lang: Lang, said: &mut String) {
        match self {
            Self::Text(text) => said.push_str(text),
            Self::Number(number) => said.push_str(&number.to_string()),
            Self::Message(message) => said.push_str(&message.say(lang)),
        }
    }

    /// The sign of the plural category of a whole number, by CLDR: `1` for one, `f` for few, `m` for many, `*` for other and texts.
    pub(crate) fn category(&self, lang: Lang) -> char {
        let Self::Number(number) = self else { return '*' };
        let number = number.unsigned_abs();
        match (lang, number % 10, number % 100) {
            (Lang::Ru, 1, tens) if tens != 11 => '1',
            (Lang::Ru, 2..=4, tens) if !(12..=14).contains(&tens) => 'f',
            (Lang::Ru, ..) => 'm',
            _ if number == 1 => '1',
            _ => '*',
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
