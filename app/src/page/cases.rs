//! Every case by urgency, and one case.

use habeas_client_core::order::by_key;
use habeas_texts as texts;
use leptos::prelude::*;

use super::Page;
use super::attached::Attached;
use super::setup::{Line, Wrong};
use crate::messages::{Ask, CaseLine, CaseView, FactView, LimitView, Standing, Told};

/// Every case, the most urgent first.
#[component]
pub fn Cases() -> impl IntoView {
    let page = Page::here();
    let told = page.told(|| Ask::Cases);
    let lines = Memo::new(move |_| match told.get() {
        Some(Ok(Told::Cases(lines))) => lines,
        _ => Vec::new(),
    });
    // In the order of their ids: a desk has ten thousand cases, and no line looks through all of them.
    let sorted = Memo::new(move |_| by_key(lines.get(), |line| line.case.clone()));
    let find = move |case: &String| {
        sorted.with(|lines| lines.binary_search_by(|line| line.case.cmp(case)).ok().and_then(|place| lines.get(place)).cloned())
    };
    // Only the case decides which line is which, so that a countdown that moves takes nobody's focus away.
    let line = move |first: CaseLine| {
        let case = first.case.clone();
        let line = Memo::new(move |_| find(&case).unwrap_or_else(|| first.clone()));
        view! { <li><OneLine line/></li> }.into_any()
    };
    view! {
        <h1 tabindex="-1">{page.say(texts::cases_title)}</h1>
        {move || match told.get() {
            None => Some(view! { <p role="status">{page.say(texts::app_loading)}</p> }.into_any()),
            Some(Err(error)) => Some(view! { <p class="notice error" role="alert">{error}</p> }.into_any()),
            Some(Ok(_)) if lines.with(Vec::is_empty) => Some(view! {
                <p>{page.say(texts::cases_empty)}</p>
                <div class="row"><a class="button" href="#/new">{page.say(texts::cases_first)}</a></div>
            }.into_any()),
            Some(Ok(_)) => None,
        }}
        {move || lines.with(|lines| lines.len() > 1).then(|| view! {
            <div class="row"><a class="button plain" href="#/roll">{page.say(texts::roll_title)}</a></div>
        }.into_any())}
        <ul class="cases"><For each=move || lines.get() key=|line| line.case.clone() children=line/></ul>
        <Cards/>
    }
}

/// The index cards of whoever is on shift at a station, or was in the last three days.
#[component]
fn Cards() -> impl IntoView {
    let page = Page::here();
    let told = page.told(|| Ask::Cards);
    let card = |line: CaseLine| {
        view! {
            <li class=format!("there g-{}", line.gravity)>
                <span class="title">{line.title}</span>
                {line.countdown.map(|countdown| view! { <span class=format!("countdown {}", line.gravity)>{countdown}</span> }.into_any())}
                <span class="status">{line.status}</span>
            </li>
        }
        .into_any()
    };
    move || match told.get() {
        Some(Ok(Told::Cards(lines, said))) if !said.is_empty() => view! {
            <h2>{page.say(texts::cards_title)}</h2>
            {said.into_iter().map(|text| view! { <p class="hint">{text}</p> }.into_any()).collect_view()}
            <ul class="cases">{lines.into_iter().map(card).collect_view()}</ul>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn OneLine(line: Memo<CaseLine>) -> impl IntoView {
    let page = Page::here();
    let marks = move || {
        let (lang, line) = (page.lang.get(), line.get());
        let mark = |count: u32, text: String| (count > 0).then_some(text);
        let marks = [
            mark(line.disputes, texts::cases_disputes(lang, line.disputes)),
            mark(line.unsent, texts::cases_unsent(lang, line.unsent)),
            mark(line.aside, texts::cases_aside(lang, line.aside)),
        ];
        marks.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let grave = move || line.with(|line| format!("g-{}", line.gravity));
    view! {
        <a href=move || line.with(|line| format!("#/case/{}", line.case)) class=grave>
            <span class="title">{move || line.with(|line| line.title.clone())}</span>
            {move || line.get().countdown.map(|countdown| {
                view! { <span class=format!("countdown {}", line.get().gravity)>{countdown}</span> }.into_any()
            })}
            <span class="status">{move || line.with(|line| line.status.clone())}</span>
            <span class="marks">{marks}</span>
        </a>
    }
}

/// One case.
#[component]
pub fn Case(case: String) -> impl IntoView {
    let page = Page::here();
    let id = case.clone();
    let told = page.told(move || Ask::Case(id.clone()));
    let shown = Memo::new(move |_| match told.get() {
        Some(Ok(Told::Case(view))) => Some(*view),
        _ => None,
    });
    let there = Memo::new(move |_| shown.with(Option::is_some));
    let case = StoredValue::new(case);
    view! {
        <p><a href="#/">{page.say(texts::app_back)}</a></p>
        {move || match told.get() {
            None => Some(view! { <p role="status">{page.say(texts::app_loading)}</p> }.into_any()),
            Some(Err(error)) => Some(view! { <p class="notice error" role="alert">{error}</p> }.into_any()),
            Some(Ok(_)) => None,
        }}
        {move || there.get().then(|| view! { <Shown shown case=case.get_value()/> }.into_any())}
    }
}

#[component]
fn Shown(shown: Memo<Option<CaseView>>, case: String) -> impl IntoView {
    let page = Page::here();
    // Each part changes by itself: the countdowns every minute, the rest only when somebody writes.
    let part = |of: fn(CaseView) -> CaseView| Memo::new(move |_| of(shown.get().unwrap_or_default()));
    let title = part(|CaseView { title, .. }| CaseView { title, ..CaseView::default() });
    let status = part(|CaseView { status, last_proof, notes, .. }| CaseView { status, last_proof, notes, ..CaseView::default() });
    let disputes = part(|CaseView { disputes, .. }| CaseView { disputes, ..CaseView::default() });
    let limits = part(|CaseView { limits, .. }| CaseView { limits, ..CaseView::default() });
    let timeline = part(|CaseView { timeline, .. }| CaseView { timeline, ..CaseView::default() });
    let superseded = part(|CaseView { superseded, unknown, .. }| CaseView { superseded, unknown, ..CaseView::default() });
    let add = format!("#/case/{case}/add");
    let coordinator = move || matches!(page.standing.get(), Some(Standing::Open(me)) if me.coordinator);
    let attached = Memo::new(move |_| shown.with(|view| view.as_ref().map(|view| view.attached.clone()).unwrap_or_default()));
    let attach = case.clone();
    let (correct, assign) = (StoredValue::new(case.clone()), StoredValue::new(case.clone()));
    view! {
        <h1 tabindex="-1">{move || title.get().title}</h1>
        {move || {
            let CaseView { status, last_proof, notes, .. } = status.get();
            view! {
                <p>{status}</p>
                {last_proof.map(|proof| view! { <p>{proof}</p> }.into_any())}
                {notes.into_iter().map(|note| view! { <p class="notice">{note}</p> }.into_any()).collect_view()}
            }.into_any()
        }}
        <p class="id">{case}</p>
        <div class="row"><a class="button" href=add>{page.say(texts::case_add)}</a></div>
        <h2>{page.say(texts::case_limits)}</h2>
        {move || {
            let limits = limits.get().limits;
            if limits.is_empty() {
                view! { <p>{page.say(texts::case_no_limits)}</p> }.into_any()
            } else {
                view! {
                    {limits.into_iter().map(|limit| view! { <OneLimit limit/> }.into_any()).collect_view()}
                    <p class="hint">{page.say(texts::reviewed_by_nobody)}</p>
                }.into_any()
            }
        }}
        {move || (!disputes.with(|view| view.disputes.is_empty())).then(|| view! {
            <h2>{page.say(texts::case_disputes)}</h2>
            {disputes.get().disputes.into_iter().map(|dispute| view! {
                <div class="notice"><p>{dispute.about}</p><ul class="facts">
                    {dispute.accounts.into_iter().map(|fact| view! { <OneFact fact/> }.into_any()).collect_view()}
                </ul></div>
            }.into_any()).collect_view()}
        }.into_any())}
        <h2>{page.say(texts::case_timeline)}</h2>
        <ul class="facts">
            {move || timeline.get().timeline.into_iter().map(|fact| view! { <OneFact fact correct=correct.get_value()/> }.into_any()).collect_view()}
        </ul>
        {move || {
            let CaseView { superseded: facts, unknown, .. } = superseded.get();
            view! {
                {(!facts.is_empty()).then(|| view! {
                    <h2>{page.say(texts::show_corrected)}</h2>
                    <ul class="facts">{facts.into_iter().map(|fact| view! { <OneFact fact/> }.into_any()).collect_view()}</ul>
                }.into_any())}
                {(!unknown.is_empty()).then(|| view! {
                    <h2>{page.say(texts::show_newer)}</h2>
                    <ul class="facts">{unknown.into_iter().map(|raw| view! { <li class="id">{raw}</li> }.into_any()).collect_view()}</ul>
                }.into_any())}
            }.into_any()
        }}
        <Attached case=attach attached/>
        {move || coordinator().then(|| view! { <Assign case=assign.get_value()/> }.into_any())}
    }
}

#[component]
fn OneLimit(limit: LimitView) -> impl IntoView {
    let page = Page::here();
    let question = limit.question;
    view! {
        <div class=format!("limit g-{}", limit.gravity)>
            {limit.countdown.map(|countdown| view! { <p class=format!("countdown {}", limit.gravity)>{countdown}</p> }.into_any())}
            <p>{limit.sentence}</p>
            {limit.notes.into_iter().map(|note| view! { <p class="hint">{note}</p> }.into_any()).collect_view()}
            {limit.action.map(|action| view! { <p>{action}</p> }.into_any())}
            {question.map(|question| view! { <p>{page.say(move |lang| texts::case_ask(lang, question.clone()))}</p> }.into_any())}
        </div>
    }
}

#[component]
fn OneFact(fact: FactView, #[prop(optional)] correct: Option<String>) -> impl IntoView {
    let page = Page::here();
    let correct = correct.filter(|_| fact.correctable).map(|case| format!("#/case/{case}/add/{}", fact.id));
    view! {
        <li>
            {fact.when.map(|when| view! { <span class="when">{when}</span> }.into_any())}
            <span>{fact.stated.clone()}</span>
            <span class="source">" ("{fact.source}")"</span>
            {correct.map(|address| {
                let stated = fact.stated.clone();
                let label = page.say(move |lang| format!("{}: {stated}", texts::case_correct(lang)));
                view! { <span class="again"><a href=address aria-label=label>{page.say(texts::case_correct)}</a></span> }.into_any()
            })}
        </li>
    }
}

/// A coordinator lets somebody open the case.
#[component]
fn Assign(case: String) -> impl IntoView {
    let page = Page::here();
    let account = RwSignal::new(String::new());
    let (error, said) = (RwSignal::new(None), RwSignal::new(None));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        said.set(None);
        page.attempt(Ask::Assign { case: case.clone(), account: account.get() }, error, move |told| {
            if let Told::Said(text) = told {
                said.try_set(Some(text));
                page.changed();
            }
        });
    };
    view! {
        <h2>{page.say(texts::case_assign)}</h2>
        <form class="narrow" autocomplete="off" on:submit=submit>
            <Line id="assign" label=page.say(texts::case_assign_account) value=account/>
            <Wrong error/>
            <div role="status">{move || said.get().map(|text: String| view! { <p class="notice good">{text}</p> }.into_any())}</div>
            <div class="row"><button type="submit" class="plain">{page.say(texts::case_assign_do)}</button></div>
        </form>
    }
}
