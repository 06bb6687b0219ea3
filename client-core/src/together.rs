//! The same deed done to many things by all processors that there are. It knows nothing of order but that what comes out stands as what went
//! in did, so whoever calls it need not know whether there is one processor or eight.

/// Fewer things than this are not worth a thread.
#[cfg(not(target_family = "wasm"))]
const WORTH: usize = 16;

/// What the deed makes of each, in their order. Where it panics for one of them, this does, too.
#[cfg(not(target_family = "wasm"))]
pub fn each<T: Send, R: Send>(things: Vec<T>, deed: impl Fn(T) -> R + Sync) -> Vec<R> {
    let hands = std::thread::available_parallelism().map_or(1, usize::from).min(things.len() / WORTH);
    if hands < 2 {
        return things.into_iter().map(deed).collect();
    }
    let share = things.len().div_ceil(hands);
    let mut rest = things.into_iter();
    let shares: Vec<Vec<T>> = (0..hands).map(|_| rest.by_ref().take(share).collect()).collect();
    let deed = &deed;
    std::thread::scope(|scope| {
        let others: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || share.into_iter().map(deed).collect::<Vec<R>>())).collect();
        let done = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        done.flatten().collect()
    })
}

/// What the deed makes of each, in their order. A browser gives a program one processor.
#[cfg(target_family = "wasm")]
pub fn each<T, R>(things: Vec<T>, deed: impl Fn(T) -> R) -> Vec<R> {
    things.into_iter().map(deed).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_comes_out_stands_as_what_went_in(things: Vec<u32>) {
            let doubled: Vec<u64> = things.iter().map(|thing| u64::from(*thing) * 2).collect();
            prop_assert_eq!(each(things, |thing| u64::from(thing) * 2), doubled);
        }
    }

    #[test]
    #[should_panic(expected = "the eightieth")]
    fn a_panic_is_nobodys_secret() {
        each((0..100).collect(), |number| assert_ne!(number, 80, "the eightieth"));
    }
}
