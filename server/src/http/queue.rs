//! The queue of what costs much and takes no session, such as to hash a password: two at a time, and a few who wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;

use super::Problem;
use crate::run::Hashes;

/// How many of a lane may wait before the next is sent away: a room full of people registers at once.
const WAITING: [usize; 3] = [64, 16, 16];

/// Who waits. Each lane has places of its own, so that a flood of strangers sends no device away that is known.
#[derive(Debug, Clone, Copy)]
pub enum Lane {
    /// A device that the account knows, whoever holds an invitation, or somebody with a session.
    Known,
    /// Anybody.
    Stranger,
    /// A revoked device that hands over what it had.
    Revoked,
}

/// A place in the queue, given up however the request ends: also when whoever asked has gone.
struct Place(Lane);

static QUEUE: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

impl Place {
    fn take(lane: Lane) -> Option<Self> {
        let place = Self(lane);
        (QUEUE[lane as usize].fetch_add(1, Ordering::SeqCst) < WAITING[lane as usize]).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        QUEUE[self.0 as usize].fetch_sub(1, Ordering::SeqCst);
    }
}

/// Runs it. Place and permit go with the work, so hanging up frees neither early.
pub async fn hashing<S, T, E>(
    rooms: web::Data<S>,
    lane: Lane,
    work: impl FnOnce(&S) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    S: Hashes,
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
{
    let place = Place::take(lane).ok_or_else(Problem::busy)?;
    let permit = Arc::clone(rooms.hashing()).acquire_owned().await.map_err(|_| Problem::busy())?;
    let done = web::block(move || {
        let _kept = (place, permit);
        work(&rooms)
    });
    Ok(done.await??)
}
