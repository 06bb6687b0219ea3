//! What coordinators do: let devices in, invite, let families follow a case.

use habeas_texts as texts;
use leptos::prelude::*;

use super::setup::Wrong;
use super::{Answer, Page};
use crate::messages::{Ask, CaseLine, DeviceLine, FamilyLine, Told};

const ROLES: [&str; 4] = ["lawyer", "recorder", "coordinator", "advocate"];

/// People.
#[component]
pub fn People() -> impl IntoView {
    let page = Page::here();
    view! {
        <h1 tabindex="-1">{page.say(texts::people_title)}</h1>
        <Devices/>
        <Invite/>
        <Families/>
    }
}

/// What is asked of the server once, and again after something was done: not at every tick.
fn asked(page: Page, again: RwSignal<u32>, ask: fn() -> Ask) -> RwSignal<Answer> {
    page.told_again(Box::new(ask), again)
}

pub fn failed(told: RwSignal<Answer>) -> impl Fn() -> Option<AnyView> {
    let page = Page::here();
    move || match told.get() {
        None => Some(view! { <p role="status">{page.say(texts::app_loading)}</p> }.into_any()),
        Some(Err(error)) => Some(view! { <p class="notice error" role="alert">{error}</p> }.into_any()),
        Some(Ok(_)) => None,
    }
}

#[component]
fn Devices() -> impl IntoView {
    let page = Page::here();
    let (again, error) = (RwSignal::new(0), RwSignal::new(None));
    let told = asked(page, again, || Ask::Devices);
    let devices = move || match told.get() {
        Some(Ok(Told::Devices(devices, _))) => devices,
        _ => Vec::new(),
    };
    let unfinished = move || match told.get() {
        Some(Ok(Told::Devices(_, unfinished))) => unfinished,
        _ => None,
    };
    let approve = Callback::new(move |(device, compared): (String, Option<String>)| {
        error.set(None);
        page.ask(Ask::Approve { device, compared }, move |told| {
            if let Err(problem) = told {
                error.try_set(Some(problem));
            }
            again.try_update(|again| *again += 1);
        });
    });
    let revoke = Callback::new(move |device: String| {
        error.set(None);
        page.ask(Ask::Revoke(device), move |told| {
            if let Err(problem) = told {
                error.try_set(Some(problem));
            }
            again.try_update(|again| *again += 1);
        });
    });
    view! {
        <h2>{page.say(texts::people_devices)}</h2>
        {move || unfinished().map(|text| view! { <p class="notice">{text}</p> }.into_any())}
        {failed(told)}
        <Wrong error/>
        {move || (matches!(told.get(), Some(Ok(_))) && devices().iter().all(|device| matches!(device.state.as_str(), "in" | "refused" | "revoked"))).then(|| view! {
            <p>{page.say(texts::people_none_wait)}</p>
        }.into_any())}
        <ul>{move || devices().into_iter().map(|device| view! { <OneDevice device approve revoke/> }.into_any()).collect_view()}</ul>
    }
}

#[component]
fn OneDevice(device: DeviceLine, approve: Callback<(String, Option<String>)>, revoke: Callback<String>) -> impl IntoView {
    let page = Page::here();
    let id = StoredValue::new(device.id.clone());
    let compared = RwSignal::new("lawyer".to_owned());
    let account = StoredValue::new(device.account.clone());
    let label = page.say(move |lang| format!("{}: {}", texts::people_let_in(lang), account.get_value()));
    view! {
        <li class="card">
            <p><strong>{device.account}</strong>" — "{device.role}" — "{device.stands}</p>
            <p class="id">{device.id}</p>
            {(device.state == "waits").then(|| view! {
                <button aria-label=label on:click=move |_| approve.run((id.get_value(), None))>{page.say(texts::people_let_in)}</button>
            }.into_any())}
            {(device.state == "unproved").then(|| view! {
                <p class="hint">{page.say(texts::people_compare)}</p>
                <label for=format!("role-{}", id.get_value())>{page.say(texts::people_compared)}</label>
                <div class="row">
                    <Roles id=format!("role-{}", id.get_value()) value=compared/>
                    <button class="plain" aria-label=label on:click=move |_| approve.run((id.get_value(), Some(compared.get())))>
                        {page.say(texts::people_let_in)}
                    </button>
                </div>
            }.into_any())}
            {(device.state == "in").then(|| view! { <Revoke id account revoke/> }.into_any())}
        </li>
    }
}

/// Two taps: there is no way back.
#[component]
fn Revoke(id: StoredValue<String>, account: StoredValue<String>, revoke: Callback<String>) -> impl IntoView {
    let page = Page::here();
    let sure = RwSignal::new(false);
    let label = page.say(move |lang| format!("{}: {}", texts::people_revoke(lang), account.get_value()));
    view! {
        {move || if sure.get() {
            view! {
                <p>{page.say(texts::people_revoke_text)}</p>
                <div class="row">
                    <button class="grave" on:click=move |_| revoke.run(id.get_value())>{page.say(texts::people_revoke_sure)}</button>
                    <button class="plain" on:click=move |_| sure.set(false)>{page.say(texts::settings_wipe_not)}</button>
                </div>
            }.into_any()
        } else {
            view! { <button class="plain" aria-label=label on:click=move |_| sure.set(true)>{page.say(texts::people_revoke)}</button> }.into_any()
        }}
    }
}

#[component]
fn Roles(id: String, value: RwSignal<String>) -> impl IntoView {
    let page = Page::here();
    let option = move |role: &'static str| {
        let text = move || texts::named(page.lang.get(), &texts::key("role", role)).unwrap_or_default();
        view! { <option value=role prop:selected=move || value.get() == role>{text}</option> }.into_any()
    };
    view! { <select id=id on:change=move |event| value.set(event_target_value(&event))>{ROLES.map(option)}</select> }
}

#[component]
fn Invite() -> impl IntoView {
    let page = Page::here();
    let (role, hours) = (RwSignal::new("lawyer".to_owned()), RwSignal::new("24".to_owned()));
    let (code, error) = (RwSignal::new(None::<String>), RwSignal::new(None));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        code.set(None);
        page.attempt(Ask::Invite(role.get(), hours.get().parse().unwrap_or_default()), error, move |told| {
            if let Told::Invitation(made) = told {
                code.try_set(Some(made));
            }
        });
    };
    view! {
        <h2>{page.say(texts::people_invite)}</h2>
        <form class="narrow" autocomplete="off" on:submit=submit>
            <div class="two">
                <div><label for="role">{page.say(texts::people_role)}</label><Roles id="role".to_owned() value=role/></div>
                <div>
                    <label for="hours">{page.say(texts::people_hours)}</label>
                    <input id="hours" type="number" min="1" max="168" autocomplete="off" prop:value=hours on:input=move |event| hours.set(event_target_value(&event))/>
                </div>
            </div>
            <Wrong error/>
            <div class="row"><button type="submit" class="plain">{page.say(texts::people_invite_do)}</button></div>
            <div role="status">{move || code.get().map(|code| view! {
                <p>{page.say(texts::people_invitation)}</p><p class="id card" id="code">{code}</p>
            }.into_any())}</div>
        </form>
    }
}

#[component]
fn Families() -> impl IntoView {
    let page = Page::here();
    let (again, error) = (RwSignal::new(0), RwSignal::new(None));
    let told = asked(page, again, || Ask::Families);
    let cases = asked(page, again, || Ask::Cases);
    let families = move || match told.get() {
        Some(Ok(Told::Families(families))) => families,
        _ => Vec::new(),
    };
    let lines = Memo::new(move |_| match cases.get() {
        Some(Ok(Told::Cases(lines))) => lines,
        _ => Vec::new(),
    });
    let act = Callback::new(move |ask: Ask| {
        error.set(None);
        page.ask(ask, move |told| {
            if let Err(problem) = told {
                error.try_set(Some(problem));
            }
            again.try_update(|again| *again += 1);
        });
    });
    view! {
        <h2>{page.say(texts::people_families)}</h2>
        {failed(told)}
        <Wrong error/>
        {move || (matches!(told.get(), Some(Ok(_))) && families().is_empty()).then(|| view! { <p>{page.say(texts::device_no_family)}</p> }.into_any())}
        <ul>{move || families().into_iter().map(|family| view! { <OneFamily family lines act/> }.into_any()).collect_view()}</ul>
    }
}

#[component]
fn OneFamily(family: FamilyLine, lines: Memo<Vec<CaseLine>>, act: Callback<Ask>) -> impl IntoView {
    let page = Page::here();
    let id = StoredValue::new(family.id.clone());
    let chosen = RwSignal::new(String::new());
    let select = format!("case-{}", family.id);
    let title = move |case: &str| lines.with(|lines| lines.iter().find(|line| line.case == case).map(|line| line.title.clone()));
    let follows = family.case.clone();
    view! {
        <li class="card">
            <p><strong>{family.name}</strong>" ("{family.relationship}")"</p>
            {follows.map(|case| view! {
                <p>{move || texts::people_follows(page.lang.get(), title(&case).unwrap_or_else(|| case.clone()))}</p>
                <button class="plain" on:click=move |_| act.run(Ask::Detach(id.get_value()))>{page.say(texts::people_detach)}</button>
            }.into_any())}
            {family.case.is_none().then(|| view! {
                <p class="hint">{page.say(texts::people_attach_warning)}</p>
                <label for=select.clone()>{page.say(texts::people_attach_to)}</label>
                <select id=select on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">{page.say(texts::entry_choose)}</option>
                    {move || lines.get().into_iter().map(|line| view! { <option value=line.case.clone()>{line.title}" — "{line.status}</option> }.into_any()).collect_view()}
                </select>
                <div class="row"><button disabled=move || chosen.with(String::is_empty)
                    on:click=move |_| act.run(Ask::Attach { request: id.get_value(), case: chosen.get() })>{page.say(texts::people_attach)}</button></div>
            }.into_any())}
        </li>
    }
}
