//! Every word a person reads, in Kazakh, Russian and English.
//!
//! The texts stand in `ftl/{kk,ru,en}/`. For each message there is one function with the message's arguments, so that a
//! missing argument does not compile; the build script refuses a message that a language lacks. A message whose name begins
//! with `error-` becomes a function without a language: it makes a [`Message`], which is said where a person reads it.

mod message;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

pub use message::{Argument, Message};

/// What a message can take as an argument: a text or a number.
pub type Value<'a> = fluent_bundle::FluentValue<'a>;

/// A language that Habeas speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Kazakh, қазақша.
    Kk,
    /// Russian, русский.
    Ru,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order in which it is offered.
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The two letters that name the language: `kk`, `ru`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of that code, by its first two letters: `ru-KZ` is Russian.
    pub fn from_code(code: &str) -> Option<Self> {
        let language = code.split(['-', '_', '.']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(language))
    }
}

/// A message without arguments by its name, for texts that data names: rules, conditions, fact kinds. `None` if there is
/// no such message.
pub fn named(lang: Lang, name: &str) -> Option<String> {
    PLAIN.contains(&name).then(|| format(lang, name, []))
}

/// The name of the message about something that data calls `name`: `rule` and `kz.cao.detention` give
/// `rule-kz-cao-detention`.
pub fn key(prefix: &str, name: &str) -> String {
    let tail: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{prefix}-{tail}")
}

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> =
    LazyLock::new(|| [(Lang::Kk, SOURCE_KK), (Lang::Ru, SOURCE_RU), (Lang::En, SOURCE_EN)].map(bundle));

fn bundle((lang, source): (Lang, &str)) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // No text mixes directions, and the invisible marks would show in mail.
    bundle.set_use_isolating(false);
    // The build script has parsed this source and found every message once, so neither step can fail.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
    let _ = bundle.add_resource(resource);
    bundle
}

fn format<'a, const N: usize>(lang: Lang, name: &str, arguments: [(&'static str, Value<'a>); N]) -> String {
    format_all(lang, name, arguments)
}

fn format_all<'a>(lang: Lang, name: &str, arguments: impl IntoIterator<Item = (&'a str, Value<'a>)>) -> String {
    let bundle = &BUNDLES[lang as usize];
    let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
        return name.to_owned();
    };
    let mut all = FluentArgs::new();
    arguments.into_iter().for_each(|(name, value)| all.set(name, value));
    bundle.format_pattern(pattern, Some(&all), &mut Vec::new()).into_owned()
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_words_in_every_language() {
        for lang in Lang::ALL {
            for name in PLAIN {
                let text = named(lang, name).unwrap();
                assert!(!text.trim().is_empty() && text != **name, "{name} in {}", lang.code());
            }
        }
    }

    #[test]
    fn kazakh_is_written_in_kazakh() {
        // Not one message of the two may be the same text, but for names of places and a word that both languages have.
        let shared = ["source-lawyer", "source-police", "role-lawyer", "field-lawyer"];
        for name in PLAIN.iter().filter(|name| !name.starts_with("city-") && !shared.contains(name)) {
            assert_ne!(named(Lang::Kk, name), named(Lang::Ru, name), "{name}");
        }
    }

    #[test]
    fn russian_counts_as_russian_does() {
        assert_eq!(limit_hours(Lang::Ru, 3), "3 часа");
        assert_eq!(limit_hours(Lang::Ru, 48), "48 часов");
        assert_eq!(limit_hours(Lang::Ru, 21), "21 час");
        assert_eq!(limit_hours(Lang::Kk, 24), "24 сағат");
        assert_eq!(limit_hours(Lang::En, 1), "1 hour");
    }

    #[test]
    fn a_language_is_known_by_the_beginning_of_its_code() {
        assert_eq!(Lang::from_code("ru_RU.UTF-8"), Some(Lang::Ru));
        assert_eq!(Lang::from_code("KK"), Some(Lang::Kk));
        assert_eq!(Lang::from_code("de"), None);
    }
}
