//! Compiles `ftl/{en,ru,kk}/*.ftl` into one typed function a message and one packed text a language, and stops the build where a
//! language lacks a message, gives it other arguments than the others, or uses of Fluent what no program here can say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;

const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// A message: its arguments, and its pattern as [`pack`] writes it.
struct Text {
    arguments: BTreeSet<String>,
    packed: String,
}

type Messages = BTreeMap<String, Text>;

fn main() {
    println!("cargo::rerun-if-changed=ftl");
    if let Err(problem) = generate() {
        println!("cargo::error={problem}");
        process::exit(1);
    }
}

fn generate() -> Result<(), String> {
    let mut all = BTreeMap::new();
    for language in LANGUAGES {
        all.insert(language, parse(language, &read(language)?)?);
    }
    let english = &all["en"];
    for language in ["ru", "kk"] {
        compare(english, &all[language], language)?;
    }
    // Those without arguments come first: data names some of them, and they are found by their place.
    let (plain, others): (Vec<&String>, Vec<&String>) = english.keys().partition(|name| english[*name].arguments.is_empty());
    let names: Vec<&String> = plain.iter().chain(&others).copied().collect();
    let mut code = String::new();
    for language in LANGUAGES {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for name in &names {
            text += &all[language][*name].packed;
            ends.push(text.len());
        }
        let name = language.to_uppercase();
        let _ = writeln!(code, "static TEXT_{name}: &str = {text:?};\nstatic ENDS_{name}: [u32; {}] = {ends:?};", ends.len());
    }
    for (id, name) in names.iter().enumerate() {
        function(&mut code, id, name, &english[*name].arguments);
    }
    let _ = writeln!(code, "static PLAIN: [&str; {}] = {plain:?};", plain.len());
    let arguments: Vec<(&String, &BTreeSet<String>)> = names.iter().map(|name| (*name, &english[*name].arguments)).collect();
    let _ = write!(code, "#[cfg(test)]\nstatic MESSAGES: [(&str, &[&str]); {}] = [", arguments.len());
    for (name, arguments) in arguments {
        let _ = write!(code, "({name:?}, &{:?}), ", arguments.iter().collect::<Vec<_>>());
    }
    code.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").map_err(|e| e.to_string())?).join("messages.rs");
    fs::write(&target, code).map_err(|e| format!("{}: {e}", target.display()))
}

/// What only some programs say; the others leave it out, and the app the more gladly as it goes over slow networks.
const OPTIONAL: [(&str, &str); 2] = [("mail.ftl", "CARGO_FEATURE_MAIL"), ("terminal.ftl", "CARGO_FEATURE_TERMINAL")];

fn is_wanted(file: &Path) -> bool {
    OPTIONAL.iter().all(|(name, feature)| !file.ends_with(name) || env::var_os(feature).is_some())
}

/// All files of a language that this program is made with, in the order of their names, as one source.
fn read(language: &str) -> Result<String, String> {
    let folder = format!("ftl/{language}");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map_err(|e| format!("{folder}: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl") && is_wanted(path))
        .collect();
    files.sort();
    let mut source = String::new();
    for file in files {
        source += &fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        source.push('\n');
    }
    Ok(source)
}

fn parse(language: &str, source: &str) -> Result<Messages, String> {
    let resource = parser::parse(source).map_err(|(_, errors)| {
        let lines: Vec<String> = errors.iter().map(|e| format!("{} near {:?}", e.kind, excerpt(source, e.pos.start))).collect();
        format!("ftl/{language}: {}", lines.join("; "))
    })?;
    let mut messages = Messages::new();
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Term(term) => return Err(format!("ftl/{language}: -{}: no program here knows terms", term.id.name)),
            _ => continue,
        };
        let name = message.id.name;
        let pattern = message.value.ok_or_else(|| format!("ftl/{language}: {name} has no text"))?;
        let mut arguments = BTreeSet::new();
        collect(&pattern, &mut arguments);
        let names: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut packed = String::new();
        pack(&pattern, &names, &mut packed).map_err(|problem| format!("ftl/{language}: {name}: {problem}"))?;
        if messages.insert(name.to_owned(), Text { arguments, packed }).is_some() {
            return Err(format!("ftl/{language}: {name} is there twice"));
        }
    }
    Ok(messages)
}

fn excerpt(source: &str, at: usize) -> String {
    source.get(at..).unwrap_or_default().chars().take(40).collect()
}

/// The names of the arguments of a pattern.
fn collect(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
                arguments.insert(id.name.to_owned());
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                if let InlineExpression::VariableReference { id } = selector {
                    arguments.insert(id.name.to_owned());
                }
                variants.iter().for_each(|variant| collect(&variant.value, arguments));
            }
            _ => {}
        }
    }
}

/// Writes a pattern as `lib.rs` reads it: text as it is; `\u{1}` and an argument's number; and for a choice by number `\u{2}`, the
/// argument's number, for each variant `\u{3}`, the sign of its category (`1`, `f`, `m`, `*`) and its pattern, the default last, and `\u{4}`.
fn pack(pattern: &Pattern<&str>, arguments: &[&str], packed: &mut String) -> Result<(), String> {
    let number = |name: &str| {
        let at =
            arguments.iter().position(|argument| *argument == name).and_then(|at| u8::try_from(at).ok()).filter(|at| *at < 10);
        at.map(|at| char::from(b'0' + at)).ok_or("there are too many arguments")
    };
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } if value.contains(|c| ('\u{1}'..='\u{4}').contains(&c)) => {
                return Err("a control character".to_owned());
            }
            PatternElement::TextElement { value } => packed.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
                packed.extend(['\u{1}', number(id.name)?]);
            }
            PatternElement::Placeable {
                expression: Expression::Select { selector: InlineExpression::VariableReference { id }, variants },
            } => {
                packed.extend(['\u{2}', number(id.name)?]);
                let (last, first): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.default);
                for variant in first.into_iter().chain(last) {
                    let category = match variant.key {
                        VariantKey::Identifier { name: "one" } => '1',
                        VariantKey::Identifier { name: "few" } => 'f',
                        VariantKey::Identifier { name: "many" } => 'm',
                        VariantKey::Identifier { name: "other" } => '*',
                        _ => return Err("a choice is between one, few, many and other".to_owned()),
                    };
                    packed.extend(['\u{3}', category]);
                    pack(&variant.value, arguments, packed)?;
                    if packed.rsplit('\u{3}').next().is_some_and(|inner| inner.contains(['\u{2}', '\u{4}'])) {
                        return Err("a choice within a choice".to_owned());
                    }
                }
                packed.push('\u{4}');
            }
            _ => return Err("only { $argument } and a choice by number can be said".to_owned()),
        }
    }
    Ok(())
}

fn compare(english: &Messages, other: &Messages, language: &str) -> Result<(), String> {
    let mut problems = Vec::new();
    for (name, text) in english {
        match other.get(name) {
            None => problems.push(format!("ftl/{language} lacks {name}")),
            Some(theirs) if theirs.arguments != text.arguments => {
                let (here, there) = (&text.arguments, &theirs.arguments);
                problems.push(format!("{name} has the arguments {here:?} in ftl/en and {there:?} in ftl/{language}"));
            }
            Some(_) => {}
        }
    }
    problems.extend(other.keys().filter(|name| !english.contains_key(*name)).map(|name| format!("ftl/en lacks {name}")));
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

fn function(code: &mut String, id: usize, name: &str, arguments: &BTreeSet<String>) {
    let ident = |text: &str| text.to_lowercase().replace('-', "_");
    let into: Vec<String> = arguments.iter().map(|a| format!("{}.into()", ident(a))).collect();
    let (into, name_of) = (into.join(", "), ident(name));
    let _ = writeln!(code, "/// The message `{name}`.");
    if name.starts_with("error-") {
        let list: Vec<String> = arguments.iter().map(|a| format!("{}: impl Into<Argument>", ident(a))).collect();
        let list = list.join(", ");
        let _ = writeln!(code, "pub fn {name_of}({list}) -> Message {{ Message::new({id}, {name:?}, vec![{into}]) }}");
        return;
    }
    let list: String = arguments.iter().map(|a| format!(", {}: impl Into<Argument>", ident(a))).collect();
    let _ = writeln!(code, "pub fn {name_of}(lang: Lang{list}) -> String {{ format(lang, {id}, &[{into}]) }}");
}
