//! Makes one typed function a message out of `ftl/{en,ru,kk}/*.ftl`, and stops the build where a language lacks a message
//! or gives it other arguments than the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

const LANGUAGES: [&str; 3] = ["en", "ru", "kk"];

/// A message's arguments and the beginning of its text.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn main() {
    println!("cargo::rerun-if-changed=ftl");
    if let Err(problem) = generate() {
        println!("cargo::error={problem}");
        process::exit(1);
    }
}

fn generate() -> Result<(), String> {
    let mut sources = BTreeMap::new();
    let mut messages = BTreeMap::new();
    for language in LANGUAGES {
        let source = read(language)?;
        messages.insert(language, parse(language, &source)?);
        sources.insert(language, source);
    }
    let english = &messages["en"];
    for language in ["ru", "kk"] {
        compare(english, &messages[language], language)?;
    }
    let mut code = String::new();
    for (language, source) in &sources {
        let _ = writeln!(code, "const SOURCE_{}: &str = {source:?};", language.to_uppercase());
    }
    for (name, arguments) in english {
        function(&mut code, name, arguments);
    }
    let plain = english.iter().filter(|(_, arguments)| arguments.is_empty()).map(|(name, _)| format!("{name:?}"));
    let _ = writeln!(code, "const PLAIN: &[&str] = &[{}];", plain.collect::<Vec<_>>().join(", "));
    let target = Path::new(&env::var("OUT_DIR").map_err(|e| e.to_string())?).join("messages.rs");
    fs::write(&target, code).map_err(|e| format!("{}: {e}", target.display()))
}

/// All files of a language, in the order of their names, as one source.
fn read(language: &str) -> Result<String, String> {
    let folder = format!("ftl/{language}");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map_err(|e| format!("{folder}: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
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
        if let Entry::Message(message) = entry {
            let mut arguments = BTreeSet::new();
            let pattern = message.value.ok_or_else(|| format!("ftl/{language}: {} has no text", message.id.name))?;
            of_pattern(&pattern, &mut arguments);
            if messages.insert(message.id.name.to_owned(), arguments).is_some() {
                return Err(format!("ftl/{language}: {} is there twice", message.id.name));
            }
        }
    }
    Ok(messages)
}

fn excerpt(source: &str, at: usize) -> String {
    source.get(at..).unwrap_or_default().chars().take(40).collect()
}

fn of_pattern(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, arguments);
        }
    }
}

fn of_expression(expression: &Expression<&str>, arguments: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, arguments),
        Expression::Select { selector, variants } => {
            of_inline(selector, arguments);
            variants.iter().for_each(|variant| of_pattern(&variant.value, arguments));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            arguments.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: call, .. } => of_call(call, arguments),
        InlineExpression::Placeable { expression } => of_expression(expression, arguments),
        _ => {}
    }
}

fn of_call(call: &CallArguments<&str>, arguments: &mut BTreeSet<String>) {
    call.positional.iter().for_each(|inline| of_inline(inline, arguments));
    call.named.iter().for_each(|named| of_inline(&named.value, arguments));
}

fn compare(english: &Messages, other: &Messages, language: &str) -> Result<(), String> {
    let mut problems = Vec::new();
    for (name, arguments) in english {
        match other.get(name) {
            None => problems.push(format!("ftl/{language} lacks {name}")),
            Some(theirs) if theirs != arguments => {
                problems.push(format!("{name} has the arguments {arguments:?} in ftl/en and {theirs:?} in ftl/{language}"));
            }
            Some(_) => {}
        }
    }
    problems.extend(other.keys().filter(|name| !english.contains_key(*name)).map(|name| format!("ftl/en lacks {name}")));
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

fn function(code: &mut String, name: &str, arguments: &BTreeSet<String>) {
    let ident = |text: &str| text.to_lowercase().replace('-', "_");
    if name.starts_with("error-") {
        let list: Vec<String> = arguments.iter().map(|a| format!("{}: impl Into<Argument>", ident(a))).collect();
        let pairs: Vec<String> = arguments.iter().map(|a| format!("({a:?}, {}.into())", ident(a))).collect();
        let (list, pairs) = (list.join(", "), pairs.join(", "));
        let name_of = ident(name);
        let _ = writeln!(
            code,
            "/// The message `{name}`.\npub fn {name_of}({list}) -> Message {{ Message::new({name:?}, [{pairs}]) }}"
        );
        return;
    }
    let list: String = arguments.iter().map(|a| format!(", {}: impl Into<Value<'a>>", ident(a))).collect();
    let lifetime = if arguments.is_empty() { "" } else { "<'a>" };
    let pairs: Vec<String> = arguments.iter().map(|a| format!("({a:?}, {}.into())", ident(a))).collect();
    let _ = writeln!(
        code,
        "/// The message `{name}`.\npub fn {}{lifetime}(lang: Lang{list}) -> String {{ format(lang, {name:?}, [{}]) }}",
        ident(name),
        pairs.join(", ")
    );
}
