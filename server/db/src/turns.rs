//! Whoever writes to SQLite takes turns. It lets one write at a time, and each commit waits for the disk; left to itself, it has whoever comes
//! second look again after a while, and longer each time. Here the next one writes as soon as the one before is through, into the same
//! transaction if it is still waited for, and the disk is waited for once. Nobody is told that their work is done before it is committed.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::result::Error;

use crate::connection::{Db, open};
use crate::store::{StoreError, Transactions};

/// How many write into one transaction at the most.
const MOST: usize = 16;
/// After so long nobody else writes into a transaction: those who have are waiting.
const LONGEST: Duration = Duration::from_millis(20);

/// Those who write to one SQLite database from this process.
pub(crate) struct Turns {
    address: String,
    /// How many want the next turn. Who sees nobody here commits.
    waiting: AtomicUsize,
    writer: Mutex<Writer>,
    /// [`LONGEST`]
    longest: Duration,
}

#[derive(Default)]
struct Writer {
    /// Opened when it is needed, and anew after anything went wrong with it: what was not committed is gone with it.
    db: Option<Db>,
    /// The transaction that is open.
    batch: Option<Open>,
}

struct Open {
    since: Instant,
    members: usize,
    batch: Arc<Batch>,
}

/// What became of a transaction.
#[derive(Default)]
struct Batch {
    end: Mutex<Option<Result<(), String>>>,
    ended: Condvar,
}

impl Turns {
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), waiting: AtomicUsize::new(0), writer: Mutex::default(), longest: LONGEST }
    }

    /// All of the work happens and is on the disk, or on an error none.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut writer = locked(&self.writer);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let batch = writer.begin(&self.address)?;
        // A panic leaves nothing half written, and nobody of the same transaction waiting.
        let done = catch_unwind(AssertUnwindSafe(|| writer.work(work)));
        if done.is_err() {
            writer.abandon("who wrote with it broke off");
        }
        if writer.is_through(self.longest) || self.waiting.load(Ordering::SeqCst) == 0 {
            writer.commit();
        }
        drop(writer);
        let value = done.unwrap_or_else(|panic| resume_unwind(panic))?;
        batch.wait().map_err(StoreError::Commit)?;
        Ok(value)
    }

    /// How many are waiting for their turn.
    #[cfg(test)]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

impl Writer {
    /// The transaction that is open; one is begun if none is.
    fn begin(&mut self, address: &str) -> Result<Arc<Batch>, StoreError> {
        if let Some(open) = &self.batch {
            return Ok(Arc::clone(&open.batch));
        }
        let mut db = match self.db.take() {
            Some(db) => db,
            None => open(address).map_err(|error| StoreError::Open(error.to_string()))?,
        };
        if let Db::Sqlite(sqlite) = &mut db {
            // A transaction that begins by reading and writes later can fail in the middle; this one waits at the start.
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
        }
        self.db = Some(db);
        let batch = Arc::<Batch>::default();
        self.batch = Some(Open { since: Instant::now(), members: 0, batch: Arc::clone(&batch) });
        Ok(batch)
    }

    /// Does a member's work within the open transaction, or nothing of it.
    fn work<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let (Some(db), Some(open)) = (&mut self.db, &mut self.batch) else {
            return Err(StoreError::Query(Error::NotInTransaction).into());
        };
        open.members += 1;
        if open.members == 1 {
            // Alone: what is taken back is the whole transaction, and nothing has to be kept aside for that.
            let done = work(db);
            if done.is_err() {
                self.batch = None;
                // What cannot even be rolled back is closed.
                self.db = self.db.take().and_then(|mut db| Transactions::rollback_transaction(&mut db).is_ok().then_some(db));
            }
            return done;
        }
        Transactions::begin_transaction(db).map_err(StoreError::from)?;
        let done = work(db);
        let kept = match &done {
            Ok(_) => Transactions::commit_transaction(db),
            Err(_) => Transactions::rollback_transaction(db),
        };
        if let Err(error) = kept {
            // SQLite may have given up the whole transaction, as where the disk is full.
            self.abandon(&error.to_string());
            return done.and(Err(StoreError::from(error).into()));
        }
        done
    }

    /// Whether nobody else is to write into the open transaction.
    fn is_through(&self, longest: Duration) -> bool {
        self.batch.as_ref().is_some_and(|open| open.members >= MOST || open.since.elapsed() >= longest)
    }

    fn commit(&mut self) {
        let (Some(db), Some(open)) = (&mut self.db, self.batch.take()) else {
            return;
        };
        let done = Transactions::commit_transaction(db).map_err(|error| error.to_string());
        if done.is_err() {
            self.db = None;
        }
        open.batch.tell(done);
    }

    /// Gives up what is not committed, by closing the connection.
    fn abandon(&mut self, why: &str) {
        self.db = None;
        if let Some(open) = self.batch.take() {
            open.batch.tell(Err(why.to_owned()));
        }
    }
}

impl Batch {
    fn tell(&self, end: Result<(), String>) {
        *locked(&self.end) = Some(end);
        self.ended.notify_all();
    }

    fn wait(&self) -> Result<(), String> {
        let mut end = locked(&self.end);
        loop {
            match &*end {
                Some(end) => return end.clone(),
                None => end = self.ended.wait(end).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use std::sync::mpsc::channel;

    use diesel::connection::SimpleConnection as _;
    use diesel::sql_types::BigInt;
    use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

    use super::*;

    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }

    fn count(db: &mut Db) -> i64 {
        sql_query("SELECT count(*) AS count FROM held").get_result::<Count>(db).unwrap().count
    }

    fn hold(db: &mut Db, name: &str) -> Result<(), StoreError> {
        Ok(db.batch_execute(&format!("INSERT INTO held VALUES ('{name}')"))?)
    }

    /// A database of who is held, and its address.
    fn database() -> (tempfile::TempDir, String, Turns) {
        let folder = tempfile::tempdir().unwrap();
        let address = folder.path().join("turns.db").to_str().unwrap().to_owned();
        // However slow the machine is.
        let turns = Turns { longest: Duration::MAX, ..Turns::at(&address) };
        turns.write::<_, StoreError>(|db| Ok(db.batch_execute("CREATE TABLE held (name TEXT PRIMARY KEY)")?)).unwrap();
        (folder, address, turns)
    }

    /// Writes, and ends when somebody waits.
    fn until_somebody_waits(db: &mut Db, turns: &Turns) -> Result<(), StoreError> {
        hold(db, "Aliya")?;
        while turns.waiting() == 0 {
            std::thread::yield_now();
        }
        Ok(())
    }

    #[test]
    fn whoever_waits_writes_into_the_same_transaction_and_nobody_is_told_before_it_is_committed() {
        let (_folder, address, turns) = database();
        let (begun, is_begun) = channel();
        std::thread::scope(|scope| {
            let one = scope.spawn(|| {
                turns.write(|db| {
                    begun.send(()).unwrap();
                    until_somebody_waits(db, &turns)
                })
            });
            is_begun.recv().unwrap();
            let seen = turns.write::<_, StoreError>(|db| {
                // Here it is, and for everybody else it is not: it is not committed, and its writer has not been told that it is.
                let others = count(&mut open(&address).unwrap());
                Ok((count(db), others, one.is_finished()))
            });
            assert_eq!(seen.unwrap(), (1, 0, false));
            one.join().unwrap().unwrap();
        });
        assert_eq!(count(&mut open(&address).unwrap()), 1);
    }

    #[test]
    fn what_fails_takes_nothing_with_it() {
        let (_folder, address, turns) = database();
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..60)
                .map(|number| {
                    let turns = &turns;
                    scope.spawn(move || {
                        turns.write(|db| {
                            hold(db, &format!("person {number}"))?;
                            // Held already: the database refuses, and what was written before it in the same work goes, too.
                            if number % 3 == 0 { hold(db, &format!("person {number}")) } else { Ok(()) }
                        })
                    })
                })
                .collect();
            let good = all.into_iter().map(|one| one.join().unwrap()).filter(Result::is_ok).count();
            assert_eq!(good, 40);
        });
        assert_eq!(count(&mut open(&address).unwrap()), 40);
    }

    #[test]
    fn whoever_breaks_off_leaves_nobody_waiting_and_nothing_half_written() {
        let (_folder, address, turns) = database();
        let (begun, is_begun) = channel();
        std::thread::scope(|scope| {
            let one = scope.spawn(|| {
                turns.write(|db| {
                    begun.send(()).unwrap();
                    until_somebody_waits(db, &turns)
                })
            });
            is_begun.recv().unwrap();
            let other = scope.spawn(|| {
                turns.write::<(), StoreError>(|db| {
                    hold(db, "Bolat")?;
                    panic!("in the middle of it");
                })
            });
            assert!(other.join().is_err());
            // She wrote into the same transaction, and is told that it is not there.
            assert!(matches!(one.join().unwrap(), Err(StoreError::Commit(_))));
        });
        turns.write(|db| hold(db, "Dana")).unwrap();
        assert_eq!(count(&mut open(&address).unwrap()), 1);
    }
}
