//! What a device brings. One transaction for all of it, one answer for each.

use std::collections::{BTreeMap, BTreeSet};

use habeas_db::{Db, Store};
use habeas_protocol::access::{self, Action, Denied};
use habeas_protocol::limits::{MAX_CASE_AT_HUB, MAX_SEALED, MAX_VARIANTS, MAX_WRAPS};
use habeas_protocol::{
    Beginning, CaseId, CircleId, CircleKind, Content, DeviceId, Envelope, Hash, Log, Pushed, Refused, SyncRequest, Wrap, decode,
    encode,
};

use crate::hub::room;
use crate::restore::{self, Given};
use crate::store::{cases, feeds, log};
use crate::{Caller, HubError, shares};

type Answers = (Vec<Pushed>, Vec<Pushed>);

/// What is to be added to a circle's feed.
struct News {
    circle: CircleId,
    case: CaseId,
    position: i64,
    bytes: Vec<u8>,
}

/// Takes what a device brings; `None`, and nothing is taken, if `log` is no longer the newest.
pub(crate) fn push(
    store: &Store,
    log: &Log,
    caller: Caller,
    request: &SyncRequest,
    now: i64,
    (generation, given): ([u8; 16], &Given<'_>),
) -> Result<Option<Answers>, HubError> {
    if request.wraps.is_empty() && request.envelopes.is_empty() {
        return Ok(Some((Vec::new(), Vec::new())));
    }
    let refused = |why| (vec![Pushed::Refused(why); request.wraps.len()], vec![Pushed::Refused(why); request.envelopes.len()]);
    if access::allows(log, caller, Action::Exchange).is_err() {
        return Ok(Some(refused(Refused::NotAdmitted)));
    }
    let pushed = store.write(|db| {
        if log::newest(db)?.map_or(0, |number| number + 1) != log.next().0 {
            return Ok(None);
        }
        let mut answers = (
            vec![Pushed::Refused(Refused::NoCase); request.wraps.len()],
            vec![Pushed::Refused(Refused::NoCase); request.envelopes.len()],
        );
        let mut news = Vec::new();
        // Cases are locked in the order of their ids, feeds after them: two pushes never wait for one another in a ring.
        let ids: BTreeSet<CaseId> =
            request.wraps.iter().map(|wrap| wrap.case).chain(request.envelopes.iter().map(|e| e.case)).collect();
        for case in ids {
            Push { db, log, caller, request, now, case }.case(&mut answers, &mut news)?;
        }
        append(db, news, generation)?;
        // A duplicate, too, is something that the device is told is safe.
        if answers.0.iter().chain(&answers.1).any(|pushed| pushed.is_there()) {
            restore::acknowledge(db, caller, given, request, (&answers.0, &answers.1))?;
        }
        Ok(Some(answers))
    });
    match pushed {
        Err(HubError::Conflict("log", _)) => Ok(None),
        pushed => pushed,
    }
}

/// The push of one case.
struct Push<'a> {
    db: &'a mut Db,
    log: &'a Log,
    caller: Caller,
    request: &'a SyncRequest,
    now: i64,
    case: CaseId,
}

impl Push<'_> {
    fn case(&mut self, answers: &mut Answers, news: &mut Vec<News>) -> Result<(), HubError> {
        let request = self.request;
        if access::exists(self.log, self.case).is_err() {
            let erased = Pushed::Refused(Refused::Erased);
            request
                .wraps
                .iter()
                .zip(&mut answers.0)
                .filter(|(wrap, _)| wrap.case == self.case)
                .for_each(|(_, told)| *told = erased);
            let envelopes = request.envelopes.iter().zip(&mut answers.1);
            envelopes.filter(|(envelope, _)| envelope.case == self.case).for_each(|(_, told)| *told = erased);
            return Ok(());
        }
        let wraps: Vec<(usize, &Wrap)> = request.wraps.iter().enumerate().filter(|(_, wrap)| wrap.case == self.case).collect();
        let envelopes: Vec<(usize, &Envelope)> =
            request.envelopes.iter().enumerate().filter(|(_, e)| e.case == self.case).collect();
        let known = cases::lock(self.db, self.case)?;
        // Whoever erased a fact of it while this waited for the lock has deleted what was there; nothing of it is taken behind them.
        if log::newest(self.db)?.map_or(0, |number| number + 1) != self.log.next().0 {
            return Err(HubError::Conflict("log", "somebody else has written to the log meanwhile"));
        }
        let mut row = match known {
            Some(row) => row,
            None if wraps.is_empty() => return Ok(()),
            None => match self.opens(&wraps) {
                Ok(opener) => {
                    let mut row = cases::open(self.db, self.case, opener, self.now)?;
                    // Its first secret is that of a device that was revoked since.
                    row.closed |= self.log.member(&opener).is_none();
                    row
                }
                Err(why) => {
                    wraps.iter().for_each(|(index, _)| answers.0[*index] = Pushed::Refused(why));
                    return Ok(());
                }
            },
        };
        let mut circles: BTreeSet<CircleId> = cases::circles(self.db, self.case)?.into_iter().collect();
        row.closed |= shares::settle(self.db, self.log, (self.case, row.beginner()), &mut circles, self.now)?;
        self.turn(&wraps, &mut row, &mut circles)?;
        for (index, wrap) in wraps {
            answers.0[index] = self.wrap(wrap, &mut row, &mut circles, news)?;
        }
        let writes = |beginner| {
            access::allows(
                self.log,
                self.caller,
                Action::WriteCase { case: self.case, beginner, circles: &circles, now: self.now },
            )
            .is_ok()
        };
        let may_write = row.beginner().is_some_and(writes);
        for (index, envelope) in envelopes {
            answers.1[index] =
                if may_write { self.envelope(envelope, &mut row, &circles, news)? } else { Pushed::Refused(Refused::NoAccess) };
        }
        cases::unlock(self.db, &row)
    }

    /// A new case comes with proof of who began it, from them, a coordinator or the clerk: a hub that has lost a case gets it back from
    /// whoever may open everything, and it stays the case of whoever began it. It is sealed to the coordinators, and besides only to its
    /// beginner's own circle, unless that is a recorder, and to those to whom the log grants it.
    fn opens(&self, wraps: &[(usize, &Wrap)]) -> Result<DeviceId, Refused> {
        let proof = |beginning: &&Beginning| beginning.case == self.case && beginning.holds();
        let beginner = self.request.beginnings.iter().find(proof).ok_or(Refused::NotItsBeginner)?.device;
        let sealed = |wrap: &Wrap| self.may_seal(wrap, Some(beginner));
        let by_another = wraps.iter().any(|(_, wrap)| sealed(wrap) == Err(Denied::Role));
        if by_another || access::allows(self.log, self.caller, Action::BeginCase { case: self.case, beginner }).is_err() {
            return Err(Refused::NotItsBeginner);
        }
        let allowed = |wrap: &Wrap| self.is_good(wrap) && sealed(wrap).is_ok();
        let complete = self.is_complete(wraps, 0);
        if complete && wraps.iter().all(|(_, wrap)| allowed(wrap)) { Ok(beginner) } else { Err(Refused::WrongCircles) }
    }

    /// Whether those can open the secret of an epoch who can always do.
    fn is_complete(&self, wraps: &[(usize, &Wrap)], epoch: u32) -> bool {
        let coordinators = self.log.circle_of(CircleKind::Coordinators).map(|(id, _)| id);
        wraps.iter().any(|(_, wrap)| wrap.epoch == epoch && Some(wrap.circle) == coordinators)
    }

    /// Whether the case may be read by the circle, and sealed to it by whoever did: a beginner opens their own case to the coordinators and
    /// to themselves, a coordinator or the clerk to everybody to whom the log grants it.
    fn may_seal(&self, wrap: &Wrap, beginner: Option<DeviceId>) -> Result<(), Denied> {
        let action = Action::SealCase { case: self.case, beginner, circle: wrap.circle, now: self.now };
        access::allows(self.log, Caller::of(self.log, wrap.signer), action)
    }

    /// Turns to the newest of the secrets that are brought here, if they follow the one that the case has and come from a coordinator or the
    /// clerk, sealed to those who may read the case now: only these get what is written from here on.
    fn turn(&mut self, wraps: &[(usize, &Wrap)], row: &mut cases::Row, circles: &mut BTreeSet<CircleId>) -> Result<(), HubError> {
        let beginner = row.beginner();
        let readers = self.log.readers(self.case, beginner.as_ref(), self.now);
        let is_next = |epoch: i64| {
            let epoch = u32::try_from(epoch).unwrap_or(u32::MAX);
            let of_epoch = || wraps.iter().filter(|(_, wrap)| wrap.epoch == epoch);
            let reads_on = |circle: &CircleId| !readers.contains(circle) || of_epoch().any(|(_, wrap)| wrap.circle == *circle);
            // Nobody is left out who reads the case and may: a clerk that has not heard of a grant tries again when it has.
            self.is_complete(wraps, epoch)
                && of_epoch().all(|(_, wrap)| self.is_good(wrap) && self.may_seal(wrap, beginner).is_ok())
                && circles.iter().all(reads_on)
        };
        let before = row.epoch;
        while is_next(row.epoch + 1) {
            row.epoch += 1;
        }
        if row.epoch > before {
            row.closed = false;
            let newest =
                |circle: &CircleId| wraps.iter().any(|(_, wrap)| i64::from(wrap.epoch) == row.epoch && wrap.circle == *circle);
            circles.retain(newest);
            cases::keep_circles(self.db, self.case, circles)?;
        }
        Ok(())
    }

    /// Signed by a device that may, and sealed to the circle's newest key: a device whose log is behind learns the newer one with
    /// this answer and seals again.
    fn is_good(&self, wrap: &Wrap) -> bool {
        let newest = self.log.circle(&wrap.circle).is_some_and(|circle| wrap.circle_epoch as usize + 1 == circle.epochs.len());
        newest && wrap.is_signed(self.log)
    }

    fn wrap(
        &mut self,
        wrap: &Wrap,
        row: &mut cases::Row,
        circles: &mut BTreeSet<CircleId>,
        news: &mut Vec<News>,
    ) -> Result<Pushed, HubError> {
        let name = [wrap.circle.0.as_slice(), &wrap.epoch.to_be_bytes(), &wrap.circle_epoch.to_be_bytes()].concat();
        let Ok(bytes) = encode(&Content::Wrap(wrap.clone())) else {
            return Ok(Pushed::Refused(Refused::TooLarge));
        };
        // The first one counts. A device that did not hear the answer seals again, and no two seals are alike. But one whose signer was revoked
        // since counts for nobody any more, and another one takes its place.
        let counts = |bytes: Vec<u8>| match decode(&bytes, bytes.len()) {
            Ok(Content::Wrap(known)) => known.is_signed(self.log),
            _ => true,
        };
        let by_signer = [name.as_slice(), &wrap.signer.0].concat();
        let first = cases::item(self.db, self.case, &name)?;
        let (there, name) = match first.map(counts) {
            None => (false, name),
            Some(true) => (true, name),
            Some(false) => (cases::item(self.db, self.case, &by_signer)?.is_some(), by_signer),
        };
        // A circle that had the case before, and may open it again, gets everything again.
        let comes_back = !circles.contains(&wrap.circle) && self.may_seal(wrap, row.beginner()).is_ok();
        if there && !comes_back {
            return Ok(Pushed::Duplicate);
        }
        // At a hub that has lost the case others may have been quicker to open it than whoever began it.
        let in_turn = i64::from(wrap.epoch) <= row.epoch;
        let is_full = circles.len() >= MAX_WRAPS && !circles.contains(&wrap.circle);
        if !self.is_good(wrap) || !in_turn || is_full || self.may_seal(wrap, row.beginner()).is_err() {
            return Ok(Pushed::Refused(Refused::NotGranted));
        }
        // Whoever is to read the case gets its newest secret, too: whoever grants it may not have heard of that yet.
        let is_newest =
            |other: &Wrap| other.case == self.case && other.circle == wrap.circle && i64::from(other.epoch) == row.epoch;
        if !circles.contains(&wrap.circle) && !self.request.wraps.iter().any(is_newest) {
            return Ok(Pushed::StaleEpoch);
        }
        let added = if there { None } else { Some(cases::add(self.db, row, "wrap", &name, &bytes, self.now)?) };
        if !circles.insert(wrap.circle) {
            news.extend(added.map(|position| News { circle: wrap.circle, case: self.case, position, bytes }));
        } else {
            cases::add_circle(self.db, self.case, wrap.circle)?;
            for (position, bytes) in cases::wraps(self.db, self.case, wrap.circle)? {
                news.push(News { circle: wrap.circle, case: self.case, position, bytes });
            }
            // Whoever may open the case from now on gets what was written before.
            for (position, bytes) in cases::envelopes(self.db, self.case)? {
                news.push(News { circle: wrap.circle, case: self.case, position, bytes });
            }
        }
        Ok(Pushed::Accepted)
    }

    fn envelope(
        &mut self,
        envelope: &Envelope,
        row: &mut cases::Row,
        circles: &BTreeSet<CircleId>,
        news: &mut Vec<News>,
    ) -> Result<Pushed, HubError> {
        if access::may_stay(self.log, self.case, envelope.id).is_err() {
            return Ok(Pushed::Refused(Refused::Erased));
        }
        if envelope.sealed.len() > MAX_SEALED {
            return Ok(Pushed::Refused(Refused::TooLarge));
        }
        if row.closed || i64::from(envelope.epoch) != row.epoch {
            return Ok(Pushed::StaleEpoch);
        }
        let Ok(bytes) = encode(&Content::Envelope(envelope.clone())) else {
            return Ok(Pushed::Refused(Refused::TooLarge));
        };
        // The same id with other bytes may be junk under somebody's name: it is kept as a variant, and readers admit the variant that
        // opens.
        if cases::variants(self.db, self.case, &envelope.id.0)?.contains(&bytes) {
            return Ok(Pushed::Duplicate);
        }
        if row.bytes > room(self.log, self.caller, MAX_CASE_AT_HUB) {
            return Ok(Pushed::Refused(Refused::Full));
        }
        // Few of each device and secret: what was sealed again under a newer one is no junk, and neither is what a device brings for several
        // others, of whom one may have brought junk.
        let name = |number: u8| {
            let of_device = [envelope.id.0.as_slice(), &self.caller.device.0, &envelope.epoch.to_be_bytes()].concat();
            if number == 0 { of_device } else { [of_device, vec![number]].concat() }
        };
        let mut free = None;
        for name in (0..MAX_VARIANTS).map(name) {
            if cases::item(self.db, self.case, &name)?.is_none() {
                free = Some(name);
                break;
            }
        }
        // These bytes are not here, so nobody is told that they are.
        let Some(name) = free else { return Ok(Pushed::Refused(Refused::Full)) };
        let position = cases::add(self.db, row, "envelope", &name, &bytes, self.now)?;
        news.extend(circles.iter().map(|&circle| News { circle, case: self.case, position, bytes: bytes.clone() }));
        Ok(Pushed::Accepted)
    }
}

/// Adds news to the feeds, each feed once, in the order of circles.
fn append(db: &mut Db, news: Vec<News>, generation: [u8; 16]) -> Result<(), HubError> {
    let mut by_circle: BTreeMap<CircleId, Vec<News>> = BTreeMap::new();
    for each in news {
        by_circle.entry(each.circle).or_default().push(each);
    }
    for (circle, news) in by_circle {
        let mut feed = feeds::lock(db, circle, generation)?;
        for News { case, position, bytes, .. } in news {
            let before: Hash = feed.chain.as_slice().try_into().unwrap_or_default();
            feed.counter += 1;
            feed.chain = Content::chain(&before, &bytes).to_vec();
            feeds::add(db, &feed, case, position)?;
        }
        feeds::unlock(db, &feed)?;
    }
    Ok(())
}
