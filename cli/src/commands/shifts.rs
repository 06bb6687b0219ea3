//! `habeas shift`: who is at which station until when, and the index cards of whoever this device belongs to.

use clap::{Args, Subcommand};
use habeas_client_core::case::{City, Word as _};
use habeas_client_core::device::{Card, Cards};
use habeas_client_core::keys::MAX_NAME;
use habeas_client_core::words::Words;
use habeas_clock::Instant;
use habeas_protocol::limits::MAX_SHIFT;
use habeas_texts::{self as texts, Message};
use serde_json::json;

use super::remote;
use super::shares::{end, person, written};
use crate::remote::Remote;
use crate::when::now;
use crate::{Home, LocalDevice, rng};

/// Shifts.
#[derive(Debug, Subcommand)]
pub enum ShiftCommand {
    /// Put a lawyer on shift at a station (coordinators): their device gets index cards of those who are held there. It takes the place of the
    /// shift that they have
    Begin(BeginArgs),
    /// End somebody's shift before its time (coordinators). The cards that their device has stay until 72 hours have passed since they were made; a device
    /// that was lost is revoked
    End {
        /// The name of the person's account, or the whole id of one of their devices
        account: String,
    },
    /// Who is on shift now; where, coordinators see
    List,
    /// The index cards that are on this device
    Cards {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Whom, where, and until when.
#[derive(Debug, Args)]
pub struct BeginArgs {
    /// The name of the person's account; or, if another coordinator has let them in, the whole id of one of their devices
    account: String,
    /// The station, as the cases name it
    #[arg(long, value_name = "NAME")]
    at: String,
    /// Until when, at most 24 hours from now: "2026-09-09 18:00"
    #[arg(long, value_name = "TIME")]
    until: String,
    /// By the clocks of which city that is
    #[arg(long, value_name = "CITY", default_value = "almaty")]
    city: String,
}

/// `habeas shift`.
pub fn shift(home: &Home, command: ShiftCommand) -> Result<(), Message> {
    match command {
        ShiftCommand::Begin(arguments) => begin(home, &arguments),
        ShiftCommand::End { account } => {
            let mut device = home.open()?;
            remote(&device)?.sync(&mut device)?;
            let person = person(&device, &account)?;
            written(&mut device, |device| match device.log().shift(person) {
                Some(shift) if shift.holds(now().seconds()) => Ok(device.end_shift(person)?),
                _ => Err(texts::error_no_shift(account.as_str())),
            })?;
            println!("{}", texts::shift_ended(home.lang, account));
            Ok(())
        }
        ShiftCommand::List => {
            list(home, &home.open()?);
            Ok(())
        }
        ShiftCommand::Cards { json } => {
            let device = home.open()?;
            match device.cards() {
                Some(cards) if json => println!("{}", super::pretty(&json!(cards))),
                Some(cards) => print(home, &device, cards),
                None if json => println!("null"),
                None => println!("{}", texts::shift_no_cards(home.lang)),
            }
            Ok(())
        }
    }
}

fn begin(home: &Home, BeginArgs { account, at, until, city }: &BeginArgs) -> Result<(), Message> {
    let zone = City::named(city).ok_or_else(|| texts::error_one_of(city.as_str(), City::WORDS.join(", ")))?.zone();
    let (from, until) = (now().seconds(), end(&zone, until)?.seconds());
    if until - from > MAX_SHIFT {
        return Err(texts::error_shift_long());
    }
    let place = at.trim();
    if place.is_empty() || place.len() > MAX_NAME || place.chars().any(char::is_control) {
        return Err(texts::error_shift_place(MAX_NAME));
    }
    let mut device = home.open()?;
    remote(&device)?.sync(&mut device)?;
    let person = person(&device, account)?;
    written(&mut device, |device| {
        // Whoever coordinates sees every case anyway, and nobody else is to see one.
        if !device.log().members().any(|(_, of)| of.person == person && of.role == habeas_protocol::Role::Lawyer) {
            return Err(texts::error_shift_lawyer());
        }
        Ok(device.begin_shift(person, place, (from, until), &mut rng())?)
    })?;
    list(home, &device);
    // Whoever has mistyped the station sees that nobody is there.
    if device.held_at(place).is_empty() {
        crate::complain(&texts::error_nobody_there(place, device.places().join(", ")).say(home.lang));
    }
    Ok(())
}

/// Who is on shift, a line each.
fn list(home: &Home, device: &LocalDevice) {
    let words = Words { lang: home.lang, zone: City::Almaty.zone(), now: now(), people: device.people() };
    let on_shift = device.on_shift();
    if on_shift.is_empty() {
        println!("{}", texts::shift_nobody(home.lang));
    }
    for (person, shift) in on_shift {
        let until = Instant::from_seconds(shift.until).map(|until| words.instant(until)).unwrap_or_default();
        let who = words.people.get(&person.to_string()).cloned().unwrap_or_else(|| person.to_string());
        println!(
            "{}",
            match device.place_of(&shift) {
                Ok(place) => texts::shift_at(home.lang, place, until, who),
                Err(_) if device.person() == Some(person) => texts::shift_own(home.lang, until),
                Err(_) => texts::shift_somewhere(home.lang, until, who),
            }
        );
    }
}

/// Gets new cards where the log says that this device's person is on shift. Without them everything else has been exchanged all the same.
pub fn fetch(home: &Home, remote: &Remote, device: &mut LocalDevice) {
    if device.shift().is_none() {
        return;
    }
    let taken = remote.file("/v1/cards").and_then(|bytes| Ok(device.take_cards(&bytes)?));
    match taken {
        Ok(()) => println!("{}", brief(home, device).unwrap_or_default()),
        Err(problem) => crate::complain(&texts::cards_failed(home.lang, problem.say(home.lang))),
    }
}

/// How many cards are here, since when and until when; `None` where there are none.
pub fn brief(home: &Home, device: &LocalDevice) -> Option<String> {
    let cards = device.cards()?;
    let words = Words { lang: home.lang, zone: City::Almaty.zone(), now: now(), people: device.people() };
    let instant = |seconds: i64| Instant::from_seconds(seconds).map(|at| words.instant(at)).unwrap_or_default();
    let (made, until) = (instant(cards.at), instant(device.cards_until().unwrap_or_default()));
    Some(texts::shift_cards(home.lang, cards.cards.len(), made, until))
}

fn print(home: &Home, device: &LocalDevice, cards: &Cards) {
    let words = Words { lang: home.lang, zone: City::Almaty.zone(), now: now(), people: device.people() };
    for card in &cards.cards {
        println!("{}", line(&words, card));
    }
    if cards.more > 0 {
        println!("{}", texts::cards_more(home.lang, cards.more));
    }
    println!("{}", brief(home, device).unwrap_or_default());
}

fn line(words: &Words, card: &Card) -> String {
    let name = card.name.clone().unwrap_or_else(|| texts::show_no_name(words.lang));
    let said: Vec<String> = [Some(words.card(card)), words.card_left(card).map(|(_, left)| left)].into_iter().flatten().collect();
    format!("{}  {name} — {}", &card.case.to_string()[..8], said.join("; "))
}
