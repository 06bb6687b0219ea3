//! Messages that are made where something goes wrong and said where a person reads them: the name is the stable code.

use std::fmt;

use crate::{Lang, PLAIN, Value};

/// A message with its arguments, in no language yet. `Display` says it in English, for logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    name: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What stands in a message: a text or number as it is, or another message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// As it is.
    Text(String),
    /// A number, said as the language says numbers.
    Number(i64),
    /// Said in the language of the message around it.
    Message(Message),
}

impl Message {
    pub(crate) fn new<const N: usize>(name: &'static str, arguments: [(&'static str, Argument); N]) -> Self {
        Self { name, arguments: arguments.into() }
    }

    /// The message without arguments of that name, for texts that data names, such as a server's code.
    pub fn named(name: &str) -> Option<Self> {
        PLAIN.iter().find(|known| **known == name).map(|name| Self { name, arguments: Vec::new() })
    }

    /// The message's name, the same in every language and version.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The message in a language.
    pub fn say(&self, lang: Lang) -> String {
        let said = |argument: &Argument| match argument {
            Argument::Text(text) => Value::from(text.clone()),
            // Ids and counts are written without separators.
            Argument::Number(number) => Value::from(number.to_string()),
            Argument::Message(message) => Value::from(message.say(lang)),
        };
        crate::format_all(lang, self.name, self.arguments.iter().map(|(name, argument)| (*name, said(argument))))
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
