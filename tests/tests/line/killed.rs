//! The server dies two hundred times in the middle of its work: whatever it has said that it has, it has.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};

use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::{Change, Quick};
use habeas_tests::server::Server;

const DEATHS: usize = 200;

/// Says that it is over, however it ends.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn dies_again_and_again(databases: Option<(&str, &str)>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let mut writers: Vec<Quick> = (1..=3)
        .map(|number| {
            let invitation = aliya.does(&["invite", "--role", "lawyer"]);
            Quick::joins(&format!("writer{number}"), &invitation, &server.address, number)
        })
        .collect();
    aliya.approves_all();
    writers.iter_mut().for_each(|writer| drop(writer.trip(&server.address).unwrap()));

    let (address, stop) = (Mutex::new(server.address.clone()), AtomicBool::new(false));
    let (acknowledged, said) = (Mutex::new(BTreeSet::<Change>::new()), AtomicUsize::new(0));
    let (acks, heard) = mpsc::channel();
    let (mut writers, server) = std::thread::scope(|scope| {
        // Should this thread give up, the others must too.
        let ended = Ends(&stop);
        let mut server = server;
        let threads: Vec<_> = writers
            .into_iter()
            .map(|mut writer| {
                let (address, stop, acknowledged, said, acks) = (&address, &stop, &acknowledged, &said, acks.clone());
                scope.spawn(move || {
                    let mut case = writer.begins("first");
                    let mut number = 0;
                    while !stop.load(Ordering::SeqCst) {
                        number += 1;
                        // A new case now and then: secrets and readers must survive as well.
                        if number % 10 == 0 {
                            case = writer.begins("another");
                        } else {
                            writer.adds(case, "seen");
                        }
                        let server = address.lock().unwrap().clone();
                        if let Some(there) = writer.trip(&server) {
                            said.fetch_add(there.len(), Ordering::SeqCst);
                            acknowledged.lock().unwrap().extend(there);
                            let _ = acks.send(());
                        }
                    }
                    writer
                })
            })
            .collect();
        for death in 0..DEATHS {
            // After one to five acknowledgements, while the next requests are on their way.
            for _ in 0..=death % 5 {
                heard.recv_timeout(std::time::Duration::from_secs(60)).expect("the server answers");
            }
            let folder = server.kill();
            server = Server::start_in(folder, databases);
            address.lock().unwrap().clone_from(&server.address);
            // What was said by the one before is no sign of life of this one.
            while heard.try_recv().is_ok() {}
        }
        drop(ended);
        let writers: Vec<Quick> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        (writers, server)
    });

    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= DEATHS && said.into_inner() >= acknowledged.len(), "{}", acknowledged.len());
    let there: BTreeSet<Change> = writers.iter_mut().flat_map(|writer| writer.everything(&server.address)).collect();
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged changes were lost", lost.len(), acknowledged.len());
    // And nobody has anything left to send, nor found anything missing.
    for mut writer in writers {
        while !writer.request().envelopes.is_empty() {
            writer.trip(&server.address).unwrap();
        }
        assert!(writer.request().digests.is_empty(), "the server never said that it had lost something");
        assert!(writer.device.cases().all(|(_, summary)| (summary.unsent, summary.aside) == (0, 0)));
    }
}

#[test]
fn no_acknowledged_change_is_lost_on_sqlite() {
    dies_again_and_again(None);
}

#[test]
fn no_acknowledged_change_is_lost_on_postgresql() {
    let postgres = Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    dies_again_and_again(Some((&hub, &clerk)));
}
