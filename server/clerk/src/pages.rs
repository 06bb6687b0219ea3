//! Pages for families and the public: plain HTML that needs no JavaScript, in three languages.

use askama::Template;
use habeas_client_core::words::word;
use habeas_texts::{self as texts, Lang};

use crate::family::{FamilyForm, MAX_FIELD, MAX_SIGN};
use crate::releases::ProposedRelease;
use crate::rows::Coarser;
use crate::tally::Cell;

/// A page: its text, perhaps a form, perhaps a table.
#[derive(Template)]
#[template(path = "page.html")]
pub struct Page {
    lang: Lang,
    title: String,
    /// Shown in a box of its own: what went wrong.
    notice: Option<String>,
    paragraphs: Vec<String>,
    form: Option<Form>,
    tables: Vec<Table>,
    /// Where the same page can be read in another language: address without the language.
    others: Option<&'static str>,
}

struct Form {
    action: &'static str,
    fields: Vec<Field>,
    hidden: Vec<(&'static str, String)>,
    button: String,
}

struct Field {
    name: &'static str,
    kind: &'static str,
    label: String,
    value: String,
    longest: usize,
}

struct Table {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    notes_heading: Option<String>,
    notes: Vec<Note>,
}

struct Note {
    text: String,
    url: Option<String>,
}

impl Page {
    fn plain(lang: Lang, title: String, text: String) -> Self {
        Self { lang, title, notice: None, paragraphs: vec![text], form: None, tables: Vec::new(), others: None }
    }

    fn asking(lang: Lang, title: String, text: String, action: &'static str, token: &str, button: String) -> Self {
        let form = Form { action, fields: Vec::new(), hidden: vec![("t", token.to_owned())], button };
        Self { form: Some(form), ..Self::plain(lang, title, text) }
    }

    /// The form for families; with what was written and a notice if something is missing.
    pub fn family_form(lang: Lang, written: Option<&FamilyForm>) -> Self {
        let empty = FamilyForm::default();
        let form = written.unwrap_or(&empty);
        let field = |name, kind, label, value: &str| Field { name, kind, label, value: value.to_owned(), longest: MAX_FIELD };
        let fields = vec![
            field("name", "text", texts::page_family_name(lang), &form.name),
            field("relationship", "text", texts::page_family_relationship(lang), &form.relationship),
            field("email", "email", texts::page_family_email(lang), &form.email),
            field("word", "text", texts::page_family_word(lang), &form.word),
            Field { longest: MAX_SIGN, ..field("sign", "text", texts::page_family_sign(lang), &form.sign) },
        ];
        let form =
            Form { action: "/family", fields, hidden: vec![("lang", lang.code().to_owned())], button: texts::button_send(lang) };
        Self {
            notice: written.map(|_| texts::page_error_field(lang)),
            form: Some(form),
            others: Some("/family"),
            ..Self::plain(lang, texts::page_family_title(lang), texts::page_family_intro(lang))
        }
    }

    /// The form again, as it was written: nothing of it was taken now.
    pub fn family_later(lang: Lang, written: &FamilyForm) -> Self {
        Self { notice: Some(texts::page_family_later(lang)), ..Self::family_form(lang, Some(written)) }
    }

    pub(crate) fn sent(lang: Lang) -> Self {
        Self::plain(lang, texts::page_sent_title(lang), texts::page_sent_text(lang))
    }

    pub(crate) fn confirm(lang: Lang, token: &str) -> Self {
        Self::asking(
            lang,
            texts::page_confirm_title(lang),
            texts::page_confirm_text(lang),
            "/family/confirm",
            token,
            texts::button_confirm(lang),
        )
    }

    pub(crate) fn confirmed(lang: Lang) -> Self {
        Self::plain(lang, texts::page_confirmed_title(lang), texts::page_confirmed_text(lang))
    }

    pub(crate) fn ask_word(lang: Lang, token: &str, notice: Option<String>) -> Self {
        let (label, value) = (texts::page_status_ask(lang), String::new());
        let fields = vec![Field { name: "word", kind: "text", label, value, longest: MAX_FIELD }];
        let form =
            Form { action: "/family/status", fields, hidden: vec![("t", token.to_owned())], button: texts::button_open(lang) };
        let page = Self::plain(lang, texts::page_status_title(lang), String::new());
        Self { notice, paragraphs: Vec::new(), form: Some(form), ..page }
    }

    pub(crate) fn status(lang: Lang, paragraphs: Vec<String>) -> Self {
        Self { paragraphs, ..Self::plain(lang, texts::page_status_title(lang), String::new()) }
    }

    pub(crate) fn stop(lang: Lang, token: &str) -> Self {
        Self::asking(
            lang,
            texts::page_stop_title(lang),
            texts::page_stop_text(lang),
            "/family/stop",
            token,
            texts::button_stop(lang),
        )
    }

    pub(crate) fn stopped(lang: Lang) -> Self {
        Self::plain(lang, texts::page_stop_title(lang), texts::page_stopped_text(lang))
    }

    /// For a link that was used or is too old.
    pub fn expired(lang: Lang) -> Self {
        Self::plain(lang, texts::page_expired_title(lang), texts::page_expired_text(lang))
    }

    /// Counts that were released.
    pub fn counts(lang: Lang, releases: &[ProposedRelease]) -> Self {
        let text = if releases.is_empty() { texts::counts_none(lang) } else { texts::counts_method(lang) };
        let tables = releases.iter().map(|release| table(lang, release)).collect();
        Self { tables, others: Some("/counts"), ..Self::plain(lang, texts::counts_title(lang), text) }
    }

    /// The page as HTML.
    pub fn html(&self) -> String {
        self.render().unwrap_or_default()
    }

    fn langs(&self) -> Vec<(&'static str, String)> {
        Lang::ALL.into_iter().filter(|lang| *lang != self.lang).map(|lang| (lang.code(), texts::page_language(lang))).collect()
    }
}

fn table(lang: Lang, release: &ProposedRelease) -> Table {
    let tally = &release.tally;
    let known =
        jiff::Timestamp::from_second(tally.known_at).map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default();
    let head = vec![
        texts::counts_day(lang),
        texts::counts_city(lang),
        texts::counts_status(lang),
        texts::counts_detentions(lang),
        texts::counts_persons(lang),
        texts::counts_possibly(lang),
        texts::counts_if_held(lang),
        texts::counts_certainly(lang),
        texts::counts_exit_offered(lang),
    ];
    let mut rows: Vec<Vec<String>> = tally.cells.iter().map(|cell| row(lang, cell)).collect();
    let mut total = row(lang, &tally.total);
    total[0] = texts::counts_total(lang);
    total[1] = String::new();
    rows.push(total);
    let mut notes: Vec<Note> = Vec::new();
    let notes_heading = (!tally.claims.is_empty()).then(|| texts::counts_claims(lang));
    for claim in &tally.claims {
        let place = claim.city.as_deref().map(|city| name(lang, "city", city)).or(claim.scope.clone()).unwrap_or_default();
        let text = texts::counts_claim(lang, word(lang, "figure", &claim.figure), claim.value, claim.who.clone());
        notes.push(Note { text: format!("{} {place} — {text}", claim.day), url: claim.url.clone() });
    }
    Table {
        caption: texts::counts_period(lang, tally.period.from.clone(), known, tally.period.to.clone()),
        head,
        rows,
        notes_heading,
        notes,
    }
}

fn name(lang: Lang, prefix: &str, code: &str) -> String {
    texts::named(lang, &texts::key(prefix, code)).unwrap_or_else(|| code.to_owned())
}

fn row(lang: Lang, cell: &Cell) -> Vec<String> {
    let persons = if cell.persons_low == cell.persons_high {
        cell.persons_low.to_string()
    } else {
        format!("{}–{}", cell.persons_low, cell.persons_high)
    };
    vec![
        cell.day.clone().unwrap_or_default(),
        match cell.city.as_deref() {
            Some(city) => name(lang, "city", city),
            None if cell.coarser == Coarser::DayAndCity => texts::counts_city_several(lang),
            None => texts::counts_city_unknown(lang),
        },
        cell.status.as_deref().map(|status| name(lang, "status", status)).unwrap_or_default(),
        cell.detentions.to_string(),
        persons,
        cell.possibly_over.to_string(),
        cell.over_if_still_held.to_string(),
        cell.certainly_over.to_string(),
        cell.exit_offered.to_string(),
    ]
}
