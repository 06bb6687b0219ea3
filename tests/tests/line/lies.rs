//! A server that lies to real devices: each lie is refused, named or seen as a gap, nothing forged is shown, nothing is lost, and when the server is
//! honest again the work goes on.

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::{
    Body, Content, DeviceId, Entry, Envelope, EnvelopeId, FeedItem, Log, PersonId, Pushed, Role, SyncRequest, SyncResponse, Told,
    decode, encode,
};
use habeas_tests::device::Person;
use habeas_tests::liar::Liar;
use habeas_tests::quick::rng;
use habeas_tests::server::Server;

use crate::on_both;
use crate::restored::Databases;

type Honest<'a> = &'a mut dyn FnMut() -> SyncResponse;

fn items(response: &mut SyncResponse) -> Vec<&mut FeedItem> {
    response.frames.iter_mut().flat_map(|frame| &mut frame.items).collect()
}

/// Somebody exchanges, and the server is honest about it; what they hear.
fn hears(person: &Person) -> String {
    let said = person.does(&["sync"]);
    assert!(!said.contains("refused"), "{said}");
    said
}

/// Somebody exchanges while the server lies; both what is printed and what is complained of.
fn is_told(liar: &Liar, person: &Person, lie: impl FnMut(&SyncRequest, Honest<'_>) -> SyncResponse + Send + 'static) -> String {
    liar.lies(lie);
    let output = person.tries(&["sync"]);
    liar.is_honest();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn joins(name: &'static str, role: &str, address: &str, aliya: &Person) -> Person {
    let person = Person::new(name);
    let invitation = aliya.does(&["invite", "--role", role]);
    person.does(&["login", "--server", address, "--account", name, "--invite", invitation.trim()]);
    aliya.approves_all();
    person.does(&["sync"]);
    person
}

/// Everybody sees the case alike, with these words in it.
fn see(people: &[&Person], case: &str, words: &[&str]) {
    let views: Vec<String> = people.iter().map(|person| person.case(case)["view"].to_string()).collect();
    assert!(views.windows(2).all(|two| two[0] == two[1]), "{views:#?}");
    words.iter().for_each(|word| assert!(views[0].contains(word), "{word}: {}", views[0]));
}

/// What somebody is shown of every case.
fn shown(person: &Person) -> String {
    person.does(&["list"])
}

#[test]
fn whatever_a_server_says_devices_believe_only_what_proves_itself() {
    on_both(|databases| {
        let server = Server::start(databases);
        let liar = Liar::before(&server.address);
        let aliya = Person::founds("aliya", &server);
        aliya.does(&["login", "--server", &liar.address, "--account", "aliya"]);
        let dana = joins("dana", "lawyer", &liar.address, &aliya);
        let marat = joins("marat", "lawyer", &liar.address, &aliya);
        hears(&aliya);
        let case = dana.begins("Айгерім");
        hears(&dana);
        hears(&aliya);
        let note = |person: &Person, text: &str| drop(person.adds(&case, &["note", &format!("text={text}")]));

        // It keeps the end of a feed to itself and says that it has told all. Nobody can notice at once; the list of devices shows since when.
        note(&dana, "first");
        note(&dana, "second");
        hears(&dana);
        let said = is_told(&liar, &aliya, |_, honest| {
            let mut response = honest();
            if let Some(frame) = response.frames.last_mut() {
                frame.items.truncate(1);
            }
            response
        });
        assert!(said.starts_with("sent 0, received 1,"), "{said}");
        let list = aliya.does(&["device", "list"]);
        assert!(list.lines().any(|line| line.contains("dana") && line.contains("newest record of it here")), "{list}");
        assert!(hears(&aliya).starts_with("sent 0, received 1,"), "the cursor stood behind what was kept back");
        see(&[&aliya, &dana], &case, &["first", "second"]);

        // It leaves something out: a gap is seen, and nothing behind it is used.
        ["third", "fourth", "fifth"].iter().for_each(|text| note(&dana, text));
        hears(&dana);
        let said = is_told(&liar, &aliya, |_, honest| {
            let mut response = honest();
            response.frames[0].items.remove(1);
            response
        });
        assert!(said.contains("cannot be true") && said.contains("something was left out"), "{said}");
        assert!(hears(&aliya).contains("received 3,"));

        // It leaves something out and numbers the rest anew: what is written upon it waits, and the honest server tells it again.
        ["sixth", "seventh", "eighth"].iter().for_each(|text| note(&dana, text));
        hears(&dana);
        let said = is_told(&liar, &aliya, |_, honest| {
            let mut response = honest();
            let mut left = response.frames[0].items.split_off(1);
            left.remove(0);
            left.iter_mut().for_each(|item| item.seq -= 1);
            response.frames[0].items.extend(left);
            response
        });
        assert!(said.contains("received 1, set aside 1"), "{said}");
        assert!(hears(&aliya).contains("what it said before was not true"));
        see(&[&aliya, &dana], &case, &["sixth", "seventh", "eighth"]);

        // It tells things in another order: they come together all the same, and the honest server notices whom it has told otherwise.
        ["ninth", "tenth"].iter().for_each(|text| note(&dana, text));
        hears(&dana);
        is_told(&liar, &aliya, |_, honest| {
            let mut response = honest();
            let mut all = items(&mut response);
            if let [first, .., last] = all.as_mut_slice() {
                std::mem::swap(&mut first.content, &mut last.content);
            }
            response
        });
        see(&[&aliya, &dana], &case, &["ninth", "tenth"]);
        assert!(hears(&aliya).contains("what it said before was not true"));
        see(&[&aliya, &dana], &case, &["ninth", "tenth"]);

        // It tells Marat what is in the coordinators' feed: nothing of it opens, and nothing of it is shown.
        let secret = dana.begins("Құпия");
        hears(&dana);
        let mut theirs = is_answered(&liar, &aliya).frames;
        for (seq, item) in (1..).zip(theirs.iter_mut().flat_map(|frame| &mut frame.items)) {
            item.seq = seq;
        }
        is_told(&liar, &marat, move |_, honest| SyncResponse { frames: theirs.clone(), ..honest() });
        assert!(!shown(&marat).contains("Құпия") && !shown(&marat).contains("Айгерім"), "{}", shown(&marat));
        hears(&marat);
        aliya.does(&["assign", &secret, "marat"]);
        for person in [&marat, &aliya, &dana] {
            hears(person);
        }
        see(&[&aliya, &dana, &marat], &secret, &["Құпия"]);

        // It says that it has what it has thrown away. When it is honest again it gets it, and the lie is named.
        note(&dana, "thrown away");
        let said = is_told(&liar, &dana, |request, _| SyncResponse {
            wraps: vec![Pushed::Accepted; request.wraps.len()],
            envelopes: vec![Pushed::Accepted; request.envelopes.len()],
            log_next: request.log_from,
            ..SyncResponse::default()
        });
        assert!(said.starts_with("sent 1,"), "{said}");
        assert!(hears(&aliya).starts_with("sent 0, received 0,"));
        assert!(hears(&dana).contains("what it said before was not true"));
        assert!(hears(&aliya).contains("received 1,"));
        see(&[&aliya, &dana], &case, &["thrown away"]);

        // It answers what it has answered before.
        note(&dana, "answered twice");
        let old = is_answered(&liar, &dana);
        note(&dana, "never brought");
        let said = is_told(&liar, &dana, move |_, _| old.clone());
        assert!(said.starts_with("sent 1,") || said.contains("something else than was asked"), "{said}");
        hears(&dana);
        hears(&aliya);
        see(&[&aliya, &dana], &case, &["answered twice", "never brought"]);

        // It invents a member: it knows the log and what the next entry would have to name, and it has no coordinator's key.
        let (sender, entries) = std::sync::mpsc::channel();
        liar.lies(move |_, honest| {
            let response = honest();
            response.log.iter().for_each(|entry| sender.send(entry.clone()).unwrap());
            response
        });
        let invitation = aliya.does(&["invite", "--role", "lawyer"]);
        let nurlan = Person::new("nurlan");
        nurlan.does(&["login", "--server", &liar.address, "--account", "nurlan", "--invite", invitation.trim()]);
        nurlan.does(&["sync"]);
        liar.is_honest();
        let mut log = Log::new();
        entries.try_iter().for_each(|bytes| log.add(Entry::decode(&bytes).unwrap()).unwrap());
        hears(&aliya);
        let members = aliya.does(&["device", "list"]);
        let coordinator = log.members().find(|(_, member)| member.role == Role::Coordinator).map(|(id, _)| *id);
        for signer in [None, coordinator] {
            let entry = invented(&log, signer);
            let said = is_told(&liar, &aliya, move |_, honest| SyncResponse { log: vec![entry.clone()], ..honest() });
            assert!(said.contains("an entry of the organisation's log does not hold"), "{said}");
        }
        hears(&aliya);
        assert_eq!(aliya.does(&["device", "list"]).lines().count(), members.lines().count());

        // It posts junk under the name of something that Dana wrote: it is set aside, and what she wrote comes.
        note(&dana, "the true one");
        hears(&dana);
        let said = is_told(&liar, &aliya, |_, honest| {
            let mut response = honest();
            for item in items(&mut response) {
                if let Told::Envelope(envelope) = &mut item.content {
                    envelope.sealed = vec![7; envelope.sealed.len()];
                }
            }
            response
        });
        assert!(said.contains("received 0, set aside 1"), "{said}");
        assert!(!aliya.case(&case)["view"].to_string().contains("the true one"));
        assert!(hears(&aliya).contains("received 1,"));
        see(&[&aliya, &dana], &case, &["the true one"]);

        // It tells of a case that nobody began: a line without a name that says something is set aside, and no word of anybody's.
        is_told(&liar, &aliya, |_, honest| {
            let mut response = honest();
            let (circle, seq) = (habeas_protocol::CircleId([0xaa; 16]), 1);
            let junk =
                Envelope { case: habeas_protocol::CaseId([9; 16]), id: EnvelopeId([9; 16]), epoch: 0, sealed: vec![9; 90] };
            let items = vec![FeedItem { circle, seq, content: Content::Envelope(junk).into() }];
            response.frames.push(habeas_protocol::Frame { items, snapshot: None, cursor: b"nowhere".to_vec() });
            response
        });
        hears(&aliya);
        note(&dana, "after all of it");
        note(&aliya, "and still");
        for person in [&dana, &aliya, &dana, &aliya] {
            hears(person);
        }
        see(&[&aliya, &dana], &case, &["after all of it", "and still"]);
        let list = shown(&aliya);
        let (known, others): (Vec<&str>, Vec<&str>) =
            list.lines().partition(|line| line.contains("Айгерім") || line.contains("Құпия"));
        assert!(known.len() == 2 && others.len() == 1 && others[0].ends_with(" ?1"), "{list}");
    });
}

/// What the server answers to somebody's exchange.
fn is_answered(liar: &Liar, person: &Person) -> SyncResponse {
    let (first, answer) = std::sync::mpsc::channel();
    is_told(liar, person, move |_, honest| {
        let response = honest();
        let _ = first.send(response.clone());
        response
    });
    answer.recv().unwrap()
}

/// An entry that lets somebody in, signed by them, in their own name or in another one.
fn invented(log: &Log, signer: Option<DeviceId>) -> Vec<u8> {
    let nobody = DeviceSecrets::generate(&mut rng(1));
    let body = Body::DeviceAdmitted { device: nobody.keys(), person: PersonId([0xee; 16]), role: Role::Coordinator };
    let ((number, previous), signer) = (log.next(), signer.unwrap_or_else(|| nobody.id()));
    let signature = nobody.sign(&Entry::signed(number, &previous, &body, signer).unwrap());
    encode(&Entry { number, previous, body, signer, signature }).unwrap()
}

#[test]
fn what_is_altered_in_the_database_is_noticed_and_comes_right_when_it_is_put_back() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        hears(&dana);
        aliya.approves_all();
        hears(&dana);
        let case = dana.begins("Айгерім");
        let note = |text: &str| drop(dana.adds(&case, &["note", &format!("text={text}")]));
        ["first", "second", "third", "fourth"].iter().for_each(|text| note(text));
        hears(&dana);
        hears(&aliya);
        let alters = |statement: &str| server.with_hub(databases, |hub| hub.runs(statement));

        // Rows are removed from every feed: whoever begins sees the gap; whoever has it already misses nothing.
        alters("CREATE TABLE kept AS SELECT * FROM feed_items WHERE seq = 3; DELETE FROM feed_items WHERE seq = 3");
        let bolat = Person::joins("bolat", "coordinator", &server, &aliya);
        aliya.approves_all();
        assert!(bolat.fails(&["sync"]).contains("something was left out"));
        hears(&aliya);
        alters("INSERT INTO feed_items SELECT * FROM kept; DROP TABLE kept");
        hears(&bolat);
        see(&[&aliya, &bolat, &dana], &case, &["first", "fourth"]);

        // Two rows change places in what is new.
        ["fifth", "sixth"].iter().for_each(|text| note(text));
        hears(&dana);
        let swap = "CREATE TABLE kept AS SELECT * FROM case_items; \
            UPDATE case_items SET bytes = (SELECT kept.bytes FROM kept WHERE kept.case_id = case_items.case_id AND kept.position = \
                (SELECT MAX(position) FROM kept) - 1) WHERE position = (SELECT MAX(position) FROM kept)";
        alters(swap);
        // One is told twice and the other not at all.
        assert!(hears(&aliya).contains("received 1,"));
        alters(
            "UPDATE case_items SET bytes = (SELECT kept.bytes FROM kept WHERE kept.case_id = case_items.case_id AND \
            kept.position = case_items.position); DROP TABLE kept",
        );
        let said = hears(&aliya);
        assert!(said.contains("what it said before was not true"), "{said}");
        see(&[&aliya, &dana], &case, &["fifth", "sixth"]);

        // Junk lies under the name of what Dana wrote.
        note("seventh");
        hears(&dana);
        let (hex, unhex): (_, fn(&str) -> String) = if databases.is_some() {
            ("encode(bytes, 'hex')", |hex| format!("decode('{hex}', 'hex')"))
        } else {
            ("lower(hex(bytes))", |hex| format!("x'{hex}'"))
        };
        let last = "kind = 'envelope' AND position = (SELECT MAX(position) FROM case_items)";
        let query = format!("SELECT {hex} AS said FROM case_items WHERE {last}");
        let known = server.with_hub(databases, |hub| hub.finds(&query)).remove(0);
        let bytes = habeas_protocol::api::from_hex(&known, 1 << 20).unwrap();
        let Ok(Content::Envelope(mut envelope)) = decode::<Content>(&bytes, 1 << 20) else { panic!("{known}") };
        envelope.sealed.iter_mut().for_each(|byte| *byte ^= 0x55);
        let junk = habeas_protocol::api::to_hex(&encode(&Content::Envelope(envelope)).unwrap());
        alters(&format!("UPDATE case_items SET bytes = {} WHERE {last}", unhex(&junk)));
        assert!(hears(&aliya).contains("received 0, set aside 1"));
        alters(&format!("UPDATE case_items SET bytes = {} WHERE {last}", unhex(&known)));
        hears(&aliya);
        see(&[&aliya, &dana], &case, &["seventh"]);

        // What is in one circle's feed is put into another's.
        alters(
            "CREATE TABLE kept AS SELECT * FROM feed_items WHERE seq = 2; \
            UPDATE feed_items SET case_id = kept.case_id, position = 1 FROM kept WHERE feed_items.circle <> kept.circle AND feed_items.seq = 2",
        );
        let late = Person::joins("late", "coordinator", &server, &aliya);
        aliya.approves_all();
        late.tries(&["sync"]);
        alters(
            "UPDATE feed_items SET case_id = kept.case_id, position = kept.position FROM kept \
            WHERE feed_items.circle = kept.circle AND feed_items.seq = 2; DROP TABLE kept",
        );
        hears(&late);
        hears(&late);
        see(&[&aliya, &late, &dana], &case, &["first", "seventh"]);
    });
}

/// An old backup is shown to one, and the present to the other.
fn two_histories(databases: Databases) {
    let server = databases.start(tempfile::tempdir().unwrap());
    let liar = Liar::before(&server.address);
    let aliya = Person::founds("aliya", &server);
    aliya.does(&["login", "--server", &liar.address, "--account", "aliya"]);
    let dana = joins("dana", "lawyer", &liar.address, &aliya);
    let marat = joins("marat", "lawyer", &liar.address, &aliya);
    hears(&aliya);
    let case = dana.begins("Айгерім");
    hears(&dana);
    aliya.does(&["assign", &case, "marat"]);
    hears(&marat);

    let folder = server.kill();
    let (backup, copies) = databases.backup(folder.path());
    let server = databases.start(folder);
    let old = Server::start_in(backup, copies.as_ref().map(|(hub, clerk)| (hub.as_str(), clerk.as_str())));
    let note = |person: &Person, text: &str| drop(person.adds(&case, &["note", &format!("text={text}")]));
    for round in 0..3 {
        // Marat works with the old one and does not know it.
        liar.leads_to(&old.address);
        note(&marat, &format!("by Marat {round}"));
        marat.does(&["sync"]);
        liar.leads_to(&server.address);
        note(&dana, &format!("by Dana {round}"));
        hears(&dana);
        hears(&aliya);
    }
    assert!(
        !aliya.case(&case)["view"].to_string().contains("by Marat") && !marat.case(&case)["view"].to_string().contains("by Dana")
    );

    // Then he meets the present one.
    drop(old);
    let said = hears(&marat);
    assert!(said.contains("what it said before was not true"), "{said}");
    for person in [&marat, &aliya, &dana, &marat] {
        hears(person);
    }
    see(&[&aliya, &dana, &marat], &case, &["by Marat 0", "by Marat 2", "by Dana 0", "by Dana 2"]);
}

#[test]
fn who_was_shown_another_history_loses_nothing_of_either() {
    two_histories(Databases::Files);
    let postgres = habeas_tests::postgres::Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    two_histories(Databases::Postgres(Box::new(postgres), hub, clerk));
}
