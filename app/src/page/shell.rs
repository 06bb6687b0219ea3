//! What stands around every screen: language, navigation, notices, locking.

use habeas_texts::{self as texts, Lang};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::bridge::End;
use super::{Page, Route, bridge, cases, entry, factor, is_hidden, password, people, roll, settings, setup, sync};
use crate::messages::{Ask, Standing};

/// How often countdowns are asked for again, in milliseconds.
const TICK: i32 = 15_000;
/// Without a touch or a key for so long the device locks, in seconds.
const IDLE: f64 = 300.0;
/// Under which the browser keeps the language: nothing that anybody has to hide.
const LANG: &str = "lang";

/// The whole page.
#[component]
pub fn Shell() -> impl IntoView {
    let page = Page {
        lang: RwSignal::new(kept_language()),
        standing: RwSignal::new(None),
        route: RwSignal::new(Route::read(&hash())),
        tick: RwSignal::new(0),
        notice: RwSignal::new(None),
        update: RwSignal::new(false),
        drafts: RwSignal::new(Vec::new()),
        died: RwSignal::new(false),
        locking: RwSignal::new(None),
        factor: RwSignal::new(None),
    };
    provide_context(page);
    keep_language(page);
    follow_address(page);
    watch_over(page);
    page.stand();
    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); focus_heading(); }>{page.say(texts::app_skip)}</a>
        {move || matches!(page.standing.get(), Some(Standing::Open(_))).then(|| view! { <Bar/> }.into_any())}
        <main id="main">
            <Notices/>
            {move || screen(page)}
        </main>
    }
}

fn screen(page: Page) -> AnyView {
    // Only the kind of standing decides: a change of role must not throw away what somebody is typing.
    let kind = Memo::new(move |_| match page.standing.get() {
        None => 0,
        Some(Standing::Elsewhere) => 1,
        Some(Standing::New) => 2,
        Some(Standing::Locked) => 3,
        Some(Standing::Open(_)) => 4,
    });
    match kind.get() {
        0 => view! { <p role="status">{page.say(texts::app_loading)}</p> }.into_any(),
        1 => view! { <h1 tabindex="-1">{page.say(texts::app_name)}</h1><p class="notice">{page.say(texts::app_elsewhere)}</p> }
            .into_any(),
        2 => view! { <setup::SetUpScreen/> }.into_any(),
        3 => view! { <setup::Unlock/> }.into_any(),
        _ => match page.route.get() {
            Route::Cases => view! { <cases::Cases/> }.into_any(),
            Route::New => view! { <entry::New/> }.into_any(),
            Route::Case(case) => view! { <cases::Case case/> }.into_any(),
            Route::Add(case, replaces) => view! { <entry::Add case replaces/> }.into_any(),
            Route::Roll => view! { <roll::Roll/> }.into_any(),
            Route::Sync => view! { <sync::Sync/> }.into_any(),
            Route::People => view! { <people::People/> }.into_any(),
            Route::Settings => view! { <settings::Settings/> }.into_any(),
            Route::Factor => view! { <factor::Factor/> }.into_any(),
            Route::Password => view! { <password::Password/> }.into_any(),
        },
    }
}

#[component]
fn Bar() -> impl IntoView {
    let page = Page::here();
    let link = move |hash: &'static str, route: Route, text: fn(Lang) -> String| {
        let current = move || (page.route.get() == route).then_some("page");
        view! { <a href=hash aria-current=current>{page.say(text)}</a> }.into_any()
    };
    let coordinator = move || matches!(page.standing.get(), Some(Standing::Open(me)) if me.coordinator);
    view! {
        <header class="bar">
            <nav aria-label=page.say(texts::app_name)>
                {link("#/", Route::Cases, texts::nav_cases)}
                {link("#/new", Route::New, texts::nav_new)}
                {link("#/sync", Route::Sync, texts::nav_sync)}
                {move || coordinator().then(|| link("#/people", Route::People, texts::nav_people))}
                {link("#/settings", Route::Settings, texts::nav_settings)}
                <button class="right" on:click=move |_| page.lock()>{page.say(texts::nav_lock)}</button>
            </nav>
        </header>
    }
}

/// What the whole page has to say.
#[component]
fn Notices() -> impl IntoView {
    let page = Page::here();
    let me = move || if let Some(Standing::Open(me)) = page.standing.get() { Some(me) } else { None };
    let waiting = move || match page.standing.get() {
        Some(Standing::Open(me)) if me.account.is_none() => Some(texts::app_not_signed_in(page.lang.get())),
        Some(Standing::Open(me)) if me.role.is_none() => Some(texts::app_waiting(page.lang.get())),
        _ => None,
    };
    let warned = move || me().map(|me| me.warned).filter(|warned| !warned.is_empty());
    // Where one arrives and where it matters; nobody who records in haste is kept.
    let may_say = move || matches!(page.route.get(), Route::Cases | Route::People | Route::Settings);
    let lacks_factor = move || me().and_then(|me| me.lacks_factor).filter(|_| may_say());
    let update = move || page.update.get().then(|| texts::app_update(page.lang.get()));
    view! {
        <div role="status">
            {move || page.notice.get().map(|text| says("notice error", text))}
            {move || me().and_then(|me| me.silent).map(|text| says("notice error", text))}
            {move || warned().map(|text| asks(page, ("notice error", text), texts::app_put_away, put_away))}
            {move || waiting().map(|text| says("notice", text))}
            {move || lacks_factor().map(|text| view! {
                <p class="notice">{text}" "<a href="#/settings/factor">{page.say(texts::factor_add)}</a></p>
            }.into_any())}
            {move || update().map(|text| asks(page, ("notice good", text), texts::app_update_take, take_update))}
        </div>
    }
}

fn says(class: &'static str, text: String) -> AnyView {
    view! { <p class=class>{text}</p> }.into_any()
}

/// A notice with something to do about it.
fn asks(page: Page, (class, text): (&'static str, String), button: fn(Lang) -> String, then: fn(Page)) -> AnyView {
    view! { <div class=class><p>{text}</p><button on:click=move |_| then(page)>{page.say(button)}</button></div> }.into_any()
}

fn put_away(page: Page) {
    page.ask(Ask::PutAway, move |_| page.stand());
}

/// The page is loaded anew: what is half written is kept first.
fn take_update(page: Page) {
    page.lock_then(|| {
        if let Ok(event) = web_sys::CustomEvent::new("update-take") {
            let _ = window().dispatch_event(&event);
        }
    });
}

/// The languages to choose from, each in its own words.
#[component]
pub fn Languages() -> impl IntoView {
    let page = Page::here();
    let choice = move |lang: Lang| {
        let pressed = move || (page.lang.get() == lang).to_string();
        view! {
            <button type="button" class="plain" lang=lang.code() aria-pressed=pressed on:click=move |_| page.lang.set(lang)>
                {texts::app_language(lang)}
            </button>
        }
        .into_any()
    };
    view! { <div class="langs" role="group" aria-label=page.say(texts::settings_language)>{Lang::ALL.map(choice)}</div> }
}

fn kept_language() -> Lang {
    let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(LANG).ok().flatten());
    let browser = window().navigator().language();
    stored.as_deref().and_then(Lang::from_code).or_else(|| Lang::from_code(&browser?)).unwrap_or(Lang::Ru)
}

fn keep_language(page: Page) {
    Effect::new(move |_| {
        let lang = page.lang.get();
        if let Some(storage) = window().local_storage().ok().flatten() {
            let _ = storage.set_item(LANG, lang.code());
        }
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", lang.code());
        }
        document().set_title(&texts::app_name(lang));
        // The role and everything else that the worker says is in words.
        if page.standing.get_untracked().is_some() {
            page.stand();
        }
    });
}

fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

fn follow_address(page: Page) {
    window_event_listener(ev::hashchange, move |_| {
        page.route.set(Route::read(&hash()));
        page.factor.set(None);
        arrive();
    });
}

/// Another screen is seen from its top, and whoever hears the page hears where they are.
pub fn arrive() {
    request_animation_frame(focus_heading);
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

fn focus_heading() {
    let heading = document().query_selector("main h1").ok().flatten();
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = heading.focus();
    }
}

/// Ticks, locks after a while without a touch and when the page is hidden, and hears of updates and of a dead worker.
fn watch_over(page: Page) {
    let touched = StoredValue::new(js_sys::Date::now());
    for event in ["pointerdown", "keydown"] {
        window_event_listener_untyped(event, move |_| touched.set_value(js_sys::Date::now()));
    }
    let tick = Closure::<dyn Fn()>::new(move || {
        if (js_sys::Date::now() - touched.get_value()) / 1000.0 > IDLE {
            page.lock();
        } else if matches!(page.standing.get_untracked(), Some(Standing::Open(_))) {
            page.changed();
        }
    });
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), TICK);
    tick.forget();
    let hidden = Closure::<dyn Fn()>::new(move || {
        if is_hidden() {
            page.lock();
        }
    });
    let _ = document().add_event_listener_with_callback("visibilitychange", hidden.as_ref().unchecked_ref());
    hidden.forget();
    window_event_listener_untyped("update-waits", move |_| page.update.set(true));
    bridge::when_it_ends(move |end| {
        let said = if end == End::Stranger { texts::app_mismatch } else { texts::app_restarted };
        page.notice.set(Some(said(page.lang.get_untracked())));
        page.died.set(end != End::Stranger);
        page.locking.set(None);
        page.factor.set(None);
        page.standing.set(None);
        // One that could not even begin would only die again, and a stranger will not learn to read.
        if end == End::Died {
            page.stand();
        }
    });
}
