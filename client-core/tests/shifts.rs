//! A lawyer on shift at a station has index cards of those who are held there, for three days, and nothing else of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{City, Draft, Place, Status, Vulnerability, What};
use habeas_client_core::device::{Card, Device, Memory};
use habeas_client_core::keys::{DeviceSecrets, MAX_NAME, open_name, seal_name, unwrap_circle};
use habeas_clock::Truth;
use habeas_protocol::{
    Body, CaseId, CircleKind, Entry, FeedItem, Frame, PersonId, SealedCards, Shift, SyncRequest, SyncResponse, Told, decode,
    encode,
};
use people::{Organisation, instant, member, name, restrained, rng, seen};

const DANA: PersonId = PersonId([2; 16]);
const MARAT: PersonId = PersonId([3; 16]);
const HOUR: i64 = 3600;

/// Half past noon, an hour and a half before the first limit passes of whoever was restrained at eleven.
fn noon() -> i64 {
    instant("12:30").seconds()
}

fn hears(device: &mut Device<Memory>, entry: &Entry) {
    let log = vec![encode(entry).unwrap()];
    let response = SyncResponse { log, log_next: entry.number + 1, ..SyncResponse::default() };
    device.receive(&SyncRequest::default(), response).unwrap();
}

/// Marat's cases come to the clerk: everything that his device would send.
fn comes(from: &mut Device<Memory>, to: &mut Device<Memory>) {
    let request = from.request(&mut rng(30)).unwrap();
    let (circle, _) = to.log().circle_of(CircleKind::Coordinators).unwrap();
    let wraps = request.wraps.iter().filter(|wrap| wrap.circle == circle).cloned().map(Told::Wrap);
    let items = wraps.chain(request.envelopes.iter().cloned().map(Told::Envelope));
    let items = (1..).zip(items).map(|(seq, content)| FeedItem { circle, seq, content }).collect();
    let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
    let response = SyncResponse { frames, log_next: to.log().next().0, ..SyncResponse::default() };
    to.receive(&SyncRequest::default(), response).unwrap();
}

struct World {
    aliya: Device<Memory>,
    clerk: Device<Memory>,
    dana: Device<Memory>,
    marat: Device<Memory>,
    recorded: u8,
}

impl World {
    fn new() -> Self {
        let people = Organisation::founded();
        let [aliya, clerk, dana, marat] =
            [&people.aliya, &people.clerk, &people.dana, &people.marat].map(|secrets| member(secrets, &people));
        Self { aliya, clerk, dana, marat, recorded: 100 }
    }

    fn all_hear(&mut self, entry: &Entry) {
        [&mut self.aliya, &mut self.clerk, &mut self.dana, &mut self.marat].into_iter().for_each(|device| hears(device, entry));
    }

    /// Aliya puts somebody on shift for eight hours.
    fn begins(&mut self, person: PersonId, place: &str, from: i64) {
        let entry = self.aliya.begin_shift(person, place, (from, from + 8 * HOUR), &mut rng(20)).unwrap();
        self.all_hear(&entry);
    }

    /// What the clerk gives Dana.
    fn cards(&mut self, now: i64) -> Vec<u8> {
        let (person, device) = (DANA, self.dana.id());
        encode(&self.clerk.cards_for((person, device), now, &mut rng(21)).unwrap().1).unwrap()
    }

    /// Marat records somebody.
    fn records(&mut self, who: &str, more: &[Draft]) -> CaseId {
        let facts = [&[name(who)], more].concat();
        self.recorded += 1;
        let (case, _) = self.marat.new_case(&facts, &mut rng(self.recorded)).unwrap();
        comes(&mut self.marat, &mut self.clerk);
        case
    }
}

fn at(place: &str, draft: Draft) -> Draft {
    Draft { place: Some(Place { city: City::Almaty, name: Some(place.into()) }), ..draft }
}

fn names(device: &Device<Memory>) -> Vec<&str> {
    device.cards().unwrap().cards.iter().map(|card| card.name.as_deref().unwrap()).collect()
}

fn refuses(device: &mut Device<Memory>, bytes: &[u8]) {
    assert!(device.take_cards(bytes).is_err());
}

#[test]
fn cards_tell_what_there_is_to_tell_at_the_gate_and_no_more() {
    let mut world = World::new();
    let minor = seen(What::Vulnerability { which: Vulnerability::Minor, holds: true }, "11:10");
    let injury = Draft { sensitive: true, ..seen(What::Injury { text: "a broken rib".into() }, "11:20") };
    let regime = seen(What::Regime { regime: habeas_client_core::case::Regime::None, article: None }, "11:00");
    let case = world.records("Айгерім", &[restrained("11:00"), regime.clone(), minor, injury]);
    // What is told for few no card tells.
    let for_few = Draft { limited: true, ..seen(What::Injury { text: "burns".into() }, "12:20") };
    world.records("Серік Жұмабаев", &[at(" BOSTANDYK ", restrained("12:00")), regime, for_few]);
    world.records("Elsewhere Held", &[at("Almaly", restrained("12:00"))]);
    world.records("Somebody Who Is Free Again", &[restrained("11:00"), seen(What::Released, "12:00")]);
    // Dana's own case is none for a card.
    world.dana.new_case(&[name("Her Own"), restrained("11:00")], &mut rng(5)).unwrap();
    comes(&mut world.dana, &mut world.clerk);

    world.begins(DANA, " Bostandyk", noon());
    world.dana.is_at(noon(), &mut rng(6)).unwrap();
    let bytes = world.cards(noon());
    world.dana.take_cards(&bytes).unwrap();
    // The most urgent first: the three hours of Aigerim pass before those of Serik.
    assert_eq!(names(&world.dana), ["Айгерім", "Серік Жұмабаев"]);
    let Card { case: of, status, minor, injured, limit, .. } = &world.dana.cards().unwrap().cards[0];
    assert_eq!((*of, *status, *minor, *injured), (case, Status::Held, Truth::True, true));
    assert_eq!(limit.from, Some(instant("14:00")), "three hours from eleven");
    let Card { minor, injured, .. } = &world.dana.cards().unwrap().cards[1];
    assert_eq!((*minor, *injured), (Truth::Unknown, false));
    // The case itself is not here.
    assert!(world.dana.case(case).is_err());

    // Whatever the cards are, what goes over the wire is as long.
    let none = {
        let entry = world.aliya.begin_shift(DANA, "Nowhere", (noon(), noon() + HOUR), &mut rng(22)).unwrap();
        world.all_hear(&entry);
        world.cards(noon())
    };
    assert_eq!(none.len(), bytes.len());
    assert!(bytes.windows(4).all(|part| part != "Айг".as_bytes().get(..4).unwrap()));
}

#[test]
fn cards_are_gone_after_three_days_and_come_back_by_no_road() {
    let mut world = World::new();
    world.records("Айгерім", &[restrained("11:00")]);
    world.begins(DANA, "Bostandyk", noon());
    world.dana.is_at(noon(), &mut rng(6)).unwrap();
    let first = world.cards(noon());
    world.dana.take_cards(&first).unwrap();
    // The very same again, as after an answer that was lost, changes nothing.
    world.dana.take_cards(&first).unwrap();
    assert_eq!(names(&world.dana), ["Айгерім"]);

    // The shift is ended; the cards stay for their three days, also when the program begins anew, and are gone to the second.
    let entry = world.aliya.end_shift(DANA).unwrap();
    world.all_hear(&entry);
    assert!(world.dana.shift().is_none());
    let over = noon() + 72 * HOUR;
    world.dana.is_at(over - 1, &mut rng(6)).unwrap();
    let mut dana = Device::open(world.dana.records().clone()).unwrap().unwrap();
    dana.is_at(over - 1, &mut rng(6)).unwrap();
    assert_eq!((names(&dana), dana.cards_until()), (vec!["Айгерім"], Some(over)));
    dana.is_at(over, &mut rng(6)).unwrap();
    let is_gone = |device: &mut Device<Memory>| {
        let name = "Айгерім".as_bytes();
        let holds = device.records().0.values().any(|bytes| bytes.windows(name.len()).any(|part| part == name));
        device.cards().is_none() && !holds && !device.records().0.contains_key("cards")
    };
    assert!(is_gone(&mut dana));
    // Neither a clock that is set back nor whoever passes the old answer on again brings them back.
    for now in [over + 1, noon(), noon() + HOUR] {
        dana.is_at(now, &mut rng(6)).unwrap();
        refuses(&mut dana, &first);
        assert!(is_gone(&mut dana));
    }

    // What cannot be read any more is destroyed, and keeps no device from opening.
    let mut records = world.dana.records().clone();
    records.0.insert("cards".into(), b"junk".to_vec());
    let mut damaged = Device::open(records).unwrap().unwrap();
    assert!(damaged.cards().is_none() && !damaged.records().0.contains_key("cards"));

    // A clock that is set back while there are cards destroys them: nobody can tell for how long they were here.
    world.dana.is_at(over - 1, &mut rng(6)).unwrap();
    assert!(world.dana.cards().is_some());
    world.dana.is_at(over - HOUR, &mut rng(6)).unwrap();
    assert!(is_gone(&mut world.dana));
    // By whichever clock is behind they are kept for three days, not for more.
    world.begins(DANA, "Bostandyk", over);
    world.dana.is_at(over - 10 * HOUR, &mut rng(6)).unwrap();
    let bytes = world.cards(over);
    world.dana.take_cards(&bytes).unwrap();
    assert_eq!(world.dana.cards_until(), Some(over + 62 * HOUR));
}

#[test]
fn only_the_clerks_newest_cards_for_this_very_shift_count() {
    let mut world = World::new();
    let case = world.records("Айгерім", &[restrained("11:00")]);
    world.begins(MARAT, "Almaly", noon());
    world.begins(DANA, "Bostandyk", noon());
    world.dana.is_at(noon(), &mut rng(6)).unwrap();
    let bytes = world.cards(noon() + 60);
    let sealed: SealedCards = decode(&bytes, 1 << 20).unwrap();

    // Changed on the way, signed by somebody else, for somebody else, cut off.
    let mut changed = sealed.clone();
    changed.sealed.sealed[9] ^= 1;
    let forged = |by: &DeviceSecrets| {
        let signature = by.sign(&SealedCards::message(world.dana.id(), &sealed.sealed));
        SealedCards { sealed: sealed.sealed.clone(), signer: by.id(), signature }
    };
    let by_others = [forged(world.marat.secrets()), forged(world.aliya.secrets())];
    let (marat, dana) = (world.marat.id(), world.dana.id());
    let for_marat = world.clerk.cards_for((MARAT, marat), noon() + 60, &mut rng(7)).unwrap().1;
    let as_marat = world.clerk.cards_for((MARAT, dana), noon() + 60, &mut rng(7)).unwrap().1;
    for other in by_others.iter().chain([&changed, &for_marat, &as_marat]) {
        refuses(&mut world.dana, &encode(other).unwrap());
    }
    refuses(&mut world.dana, &bytes[..bytes.len() - 1]);
    refuses(&mut world.dana, &[]);
    assert!(world.dana.cards().is_none());
    world.dana.take_cards(&bytes).unwrap();

    // Older ones do not take their place, nor those of a shift that another one followed.
    refuses(&mut world.dana, &encode(&world.clerk.cards_for((DANA, dana), noon() + 59, &mut rng(7)).unwrap().1).unwrap());
    world.begins(DANA, "Almaly", noon() + 60);
    refuses(&mut world.dana, &bytes);
    // What is erased is on no card any more, as soon as the device hears of it and looks at its clock.
    assert_eq!(names(&world.dana), ["Айгерім"]);
    let entry = world.aliya.secrets().clone().write_entry(&mut world.aliya.log().clone(), Body::CaseErased { case }).unwrap();
    world.all_hear(&entry);
    world.dana.is_at(noon() + 60, &mut rng(6)).unwrap();
    assert!(names(&world.dana).is_empty());
    // A new shift: what comes now comes in the place of what was here.
    world.records("Elsewhere Held", &[at("Almaly", restrained("12:00"))]);
    let bytes = world.cards(noon() + 61);
    world.dana.take_cards(&bytes).unwrap();
    assert_eq!(names(&world.dana), ["Elsewhere Held"]);
}

/// The hub and those who are not coordinators learn from the log who is on shift until when, and not where.
#[test]
fn only_coordinators_and_the_clerk_read_where() {
    let mut world = World::new();
    world.begins(DANA, "Bostandyk", noon());
    let shift = *world.aliya.log().shift(DANA).unwrap();
    assert_eq!(world.aliya.place_of(&shift).unwrap(), "Bostandyk");
    assert_eq!(world.clerk.place_of(&shift).unwrap(), "Bostandyk");
    assert!(world.dana.place_of(&shift).is_err() && world.marat.place_of(&shift).is_err());
    let entry = world.aliya.log().entries_from(shift.number).next().unwrap().clone();
    let bytes = encode(&entry).unwrap();
    assert!(bytes.windows(9).all(|part| part != b"Bostandyk"));
    // A longer name is as long there.
    let longer = world.aliya.begin_shift(DANA, &"Б".repeat(MAX_NAME / 2), (noon(), noon() + 8 * HOUR), &mut rng(8)).unwrap();
    assert_eq!(encode(&longer).unwrap().len(), bytes.len());
    let too_long = "Б".repeat(MAX_NAME / 2 + 1);
    assert!(world.aliya.begin_shift(DANA, &too_long, (noon(), noon() + HOUR), &mut rng(8)).is_err());
    assert!(world.dana.begin_shift(DANA, "Bostandyk", (noon(), noon() + HOUR), &mut rng(8)).is_err());

    // A place is bound to its shift: under another's name, or with another end, it does not open.
    let Body::ShiftBegun { person, from, until, epoch, place } = &entry.body else { panic!() };
    let (circle, _) = world.aliya.log().circle_of(CircleKind::Coordinators).unwrap();
    let pair = unwrap_circle(world.aliya.log(), circle, 0, world.aliya.secrets()).unwrap();
    assert!(open_name(&pair, &Shift::place_info(*person, (*from, *until), *epoch), place).is_ok());
    assert!(open_name(&pair, &Shift::place_info(MARAT, (*from, *until), *epoch), place).is_err());
    assert!(open_name(&pair, &Shift::place_info(*person, (*from, *until + 1), *epoch), place).is_err());
    assert!(seal_name(&pair.public(), &Shift::place_info(*person, (*from, *until), 0), &too_long, &mut rng(9)).is_err());

    // Whoever waits for the end of it need not be told: by the clock alone nobody is on shift any more.
    world.aliya.is_at(*until - 1, &mut rng(8)).unwrap();
    assert_eq!(world.aliya.on_shift().len(), 1);
    world.aliya.is_at(*until, &mut rng(8)).unwrap();
    assert!(world.aliya.on_shift().is_empty());
}
