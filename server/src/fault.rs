//! What the log says of a fault in the program: where it happened. What a panic says of it may hold what somebody wrote, where a library formats
//! what it met; only words that stand in the program itself are repeated.

use std::panic::PanicHookInfo;

/// Has the log say it of every fault from here on.
pub fn are_told() {
    std::panic::set_hook(Box::new(|panic| {
        let (at, said) = told(panic);
        tracing::error!(at, said, "a fault in the program");
    }));
}

fn told(panic: &PanicHookInfo<'_>) -> (String, &'static str) {
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    (at, panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("not repeated"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "to be told of")]

    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_fault_is_told_by_its_place_and_not_by_what_it_met() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some("faulty") {
                hears.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(told(panic));
            }
        }));
        let name = std::hint::black_box("Айгерім");
        for fault in [|_: &str| panic!("our own words"), |name: &str| panic!("no such person: {name}")] {
            let faulty = std::thread::Builder::new().name("faulty".to_owned()).spawn(move || fault(name));
            assert!(faulty.is_ok_and(|thread| thread.join().is_err()));
        }
        std::panic::set_hook(before);
        let heard = heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        assert_eq!(heard.iter().map(|(_, said)| *said).collect::<Vec<_>>(), ["our own words", "not repeated"]);
        assert!(heard.iter().all(|(at, said)| at.contains("fault.rs:") && !format!("{at}{said}").contains("Айгерім")));
    }
}
