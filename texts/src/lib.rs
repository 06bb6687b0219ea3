//! Every word a person reads, in Kazakh, Russian and English.
//!
//! The texts stand in `ftl/{kk,ru,en}/`. For each message there is one function with the message's arguments, so that a
//! missing argument does not compile; the build script refuses a message that a language lacks. A message whose name begins
//! with `error-` becomes a function without a language: it makes a [`Message`], which is said where a person reads it.

mod message;

pub use message::{Argument, Message};

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
    PLAIN.binary_search(&name).ok().map(|id| format(lang, id, &[]))
}

/// The name of the message about something that data calls `name`: `rule` and `kz.cao.detention` give
/// `rule-kz-cao-detention`.
pub fn key(prefix: &str, name: &str) -> String {
    let tail: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{prefix}-{tail}")
}

/// A message as `build.rs` has packed it.
fn packed(lang: Lang, id: usize) -> &'static str {
    let (text, ends): (&str, &[u32]) = match lang {
        Lang::Kk => (TEXT_KK, &ENDS_KK),
        Lang::Ru => (TEXT_RU, &ENDS_RU),
        Lang::En => (TEXT_EN, &ENDS_EN),
    };
    let end = |id: usize| ends.get(id).map_or(0, |end| *end as usize);
    text.get(id.checked_sub(1).map_or(0, end)..end(id)).unwrap_or_default()
}

fn format(lang: Lang, id: usize, arguments: &[Argument]) -> String {
    let mut said = String::new();
    say(lang, packed(lang, id), arguments, &mut said);
    said
}

/// Says a packed pattern; see `pack` in `build.rs`.
fn say(lang: Lang, packed: &str, arguments: &[Argument], said: &mut String) {
    let argument = |digit: char| digit.to_digit(10).and_then(|number| arguments.get(number as usize));
    let mut rest = packed.chars();
    while let Some(next) = rest.next() {
        match next {
            '\u{1}' => rest.next().and_then(argument).into_iter().for_each(|argument| argument.say(lang, said)),
            '\u{2}' => {
                let category = rest.next().and_then(argument).map_or('*', |argument| argument.category(lang));
                let (choice, after) = rest.as_str().split_once('\u{4}').unwrap_or_default();
                let variants = || choice.split('\u{3}').skip(1);
                let variant = variants().find(|variant| variant.starts_with(category)).or_else(|| variants().last());
                say(lang, variant.and_then(|variant| variant.get(1..)).unwrap_or_default(), arguments, said);
                rest = after.chars();
            }
            text => said.push(text),
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

#[cfg(test)]
mod tests {
    use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

    use super::*;

    #[test]
    fn every_message_has_words_in_every_language() {
        for lang in Lang::ALL {
            for name in PLAIN {
                let text = named(lang, name).unwrap();
                assert!(!text.trim().is_empty() && text != *name, "{name} in {}", lang.code());
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

    /// What the build made of the texts says to the letter what Fluent itself makes of them.
    #[test]
    fn every_message_says_what_fluent_says() {
        for lang in Lang::ALL {
            let language: unic_langid::LanguageIdentifier = lang.code().parse().unwrap();
            let mut fluent = FluentBundle::new(vec![language]);
            fluent.set_use_isolating(false);
            for file in std::fs::read_dir(format!("{}/ftl/{}", env!("CARGO_MANIFEST_DIR"), lang.code())).unwrap() {
                let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
                fluent.add_resource(FluentResource::try_new(source).unwrap()).unwrap();
            }
            for (id, (name, names)) in MESSAGES.iter().enumerate() {
                let pattern = fluent.get_message(name).unwrap().value().unwrap();
                for number in (0..=30).chain([100, 101, 102, 111, 112, 1_000_001, -2]) {
                    let mut theirs = FluentArgs::new();
                    names.iter().zip(number..).for_each(|(name, number)| theirs.set(*name, number));
                    let ours: Vec<Argument> = names.iter().zip(number..).map(|(_, number)| Argument::Number(number)).collect();
                    let said = fluent.format_pattern(pattern, Some(&theirs), &mut Vec::new());
                    assert_eq!(format(lang, id, &ours), said, "{name} in {}, with {number}", lang.code());
                    let words: Vec<Argument> = names.iter().map(|name| Argument::from(*name)).collect();
                    names.iter().for_each(|name| theirs.set(*name, *name));
                    assert_eq!(
                        format(lang, id, &words),
                        fluent.format_pattern(pattern, Some(&theirs), &mut Vec::new()),
                        "{name}"
                    );
                }
            }
        }
    }

    #[test]
    fn russian_counts_as_russian_does() {
        assert_eq!(limit_hours(Lang::Ru, 3_i64), "3 часа");
        assert_eq!(limit_hours(Lang::Ru, 48_i64), "48 часов");
        assert_eq!(limit_hours(Lang::Ru, 21_i64), "21 час");
        assert_eq!(limit_hours(Lang::Kk, 24_i64), "24 сағат");
        assert_eq!(limit_hours(Lang::En, 1_i64), "1 hour");
    }

    #[test]
    fn a_language_is_known_by_the_beginning_of_its_code() {
        assert_eq!(Lang::from_code("ru_RU.UTF-8"), Some(Lang::Ru));
        assert_eq!(Lang::from_code("KK"), Some(Lang::Kk));
        assert_eq!(Lang::from_code("de"), None);
    }
}
