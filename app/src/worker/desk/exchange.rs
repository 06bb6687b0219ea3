//! The exchange with the server, and what a device does that hears in it that it was revoked, or that a case is erased.

use std::task::{Context, Poll};

use habeas_client_core::device::{Device, Erased, Export, Left, SyncReport, Trips, handed_over, is_handed_in};
use habeas_protocol::bundle::HandedIn;
use habeas_protocol::{CaseId, SyncRequest, SyncResponse};
use habeas_texts::{self as texts, Lang, Message};

use super::super::store::{Disk, Shelf};
use super::super::{http, now, now_ms, rng};
use super::{CONTACT, Desk, Held, SILENT, half_written, keep};
use crate::messages::SyncView;

const UNAUTHORIZED: &str = "error-server-unauthorized";

impl Desk {
    /// Goes round until there is nothing more to send or to get. The device is free while the network is slow.
    pub async fn sync(&self, lang: Lang) -> Result<SyncView, Message> {
        let _alone = self.syncing.lock().await;
        {
            let mut held = self.held().await;
            held.coming = None;
            held.looks_at_clock()?;
        }
        if self.held().await.device()?.should_renew(now_ms()) {
            // The token that there is stays good until the next one is used, so nothing depends on this.
            let _ = self.renew().await;
        }
        let mut trips = Trips::default();
        loop {
            let Some(bytes) = trips.request(self.held().await.device()?, &mut rng())? else { break };
            let mut answer = self.octets("POST", http::SYNC, bytes.clone()).await;
            // A server that does not know the token may have been restored, and then it knows the device.
            if answer.as_ref().is_err_and(|problem| problem.name() == UNAUTHORIZED) && self.renew().await.is_ok() {
                answer = self.octets("POST", http::SYNC, bytes).await;
            }
            if let Err(problem) = &answer {
                self.held().await.signed_out |= [UNAUTHORIZED, "error-server-session-ended"].contains(&problem.name());
            }
            let response = trips.answer(&answer?).map_err(|error| http::unreachable(error.to_string()))?;
            let report = self.take_in(trips.asked(), response).await?;
            trips.taken(&report);
        }
        let total = trips.total();
        if total.revoked {
            let mut held = self.held().await;
            let device = held.device.take().ok_or_else(texts::error_device_revoked)?;
            return Err(held.gives_up(device).await?);
        }
        self.hand_in_stale().await?;
        self.hand_in_left_over().await?;
        self.fetch_cards().await?;
        // Photographs go when every fact has gone.
        let brought = if total.more { Ok(()) } else { self.bring().await };
        let mut held = self.held().await;
        let device = held.device()?;
        device.set_note(CONTACT, &now().seconds().to_string())?;
        held.report = Some(total);
        held.save().await?;
        brought?;
        held.sync_view(lang)
    }

    /// What the server does not take because the case has a newer key, which this device does not get, the clerk seals again.
    async fn hand_in_stale(&self) -> Result<(), Message> {
        let files = {
            let mut held = self.held().await;
            let device = held.device()?;
            if device.stale()?.is_empty() {
                return Ok(());
            }
            device.export(&Export::Stale, &[], &mut rng())?.files
        };
        for file in files {
            let handed_in = self.hand_in(file).await?;
            let mut held = self.held().await;
            held.device()?.hears_at_once(&handed_in.acknowledgement)?;
            held.save().await?;
        }
        Ok(())
    }

    async fn hand_in(&self, file: Vec<u8>) -> Result<HandedIn, Message> {
        let answer = self.octets("POST", "/v1/bundles", file).await?;
        HandedIn::decode(&answer).map_err(|error| texts::error_answer(error.to_string()))
    }

    /// What was not sent when a share ended, or became one for reading, waits for a coordinator to decide; nobody has to where it was prolonged
    /// meanwhile, or where others wrote it. A server that does not take it yet, because its clock is behind this one, is asked again next time.
    async fn hand_in_left_over(&self) -> Result<(), Message> {
        let mut place = 0;
        loop {
            let file = {
                let mut held = self.held().await;
                // The log may have ended a share.
                held.looks_at_clock()?;
                held.save().await?;
                held.device()?.left_over(place)?
            };
            let Some(file) = file else { return Ok(()) };
            let is_there = self.hand_in(file.clone()).await.is_ok_and(|answer| answer.has_everything());
            if is_there || self.octets("POST", "/v1/quarantine", file).await.is_ok() {
                self.held().await.device()?.left_over_is_handed_in(place)?;
            } else {
                place += 1;
            }
        }
    }

    /// Gets new index cards where the log says that this device's person is on shift. Without them everything else has been exchanged all the same.
    async fn fetch_cards(&self) -> Result<(), Message> {
        if self.held().await.device()?.shift().is_none() {
            return Ok(());
        }
        let answer = self.get("/v1/cards").await;
        let mut held = self.held().await;
        let taken = match answer {
            Ok(bytes) => held.device()?.take_cards(&bytes).map_err(Message::from),
            Err(problem) => Err(problem),
        };
        held.no_cards = taken.err();
        held.save().await
    }

    /// Takes an answer in, one frame after another, and notes each before it is opened: should that kill the worker, the next one
    /// knows of what. Between two frames whoever records has their turn.
    async fn take_in(&self, request: &SyncRequest, mut response: SyncResponse) -> Result<SyncReport, Message> {
        let frames = std::mem::take(&mut response.frames);
        let (mut report, parts) = {
            let mut held = self.held().await;
            let report = held.device()?.heard(request, &response)?;
            held.warns(&report);
            held.notes(SILENT, &report.not_counting_since.map(|since| since.to_string()).unwrap_or_default());
            let parts = held.device()?.parts(frames);
            held.save().await?;
            (report, parts)
        };
        let all = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        let (mut parts, mut noted) = (parts.into_iter().peekable(), false);
        for done in 0.. {
            let Some(frame) = parts.next() else { break };
            let mut held = self.held().await;
            held.coming = Some((done, all));
            if !noted && held.device()?.try_frame(&frame)? {
                held.save().await?;
            }
            let taken = held.device()?.take(request, frame, &mut report);
            held.warns(&report);
            // The note of a part of a snapshot blames no change by its name, so it can be written with what came before: one write a part.
            noted = taken.is_ok() && parts.peek().is_some_and(|next| next.snapshot.is_some());
            match parts.peek().filter(|_| noted) {
                Some(next) => drop(held.device()?.try_frame(next)?),
                None => held.device()?.survived()?,
            }
            held.save().await?;
            drop(held);
            taken?;
            gives_way().await;
        }
        let mut held = self.held().await;
        held.coming = None;
        held.device()?.finish(&mut report)?;
        Ok(report)
    }
}

/// Lets whoever waits at the desk have it: the lock itself goes to whoever asks first once it is free, and that would be this exchange again.
async fn gives_way() {
    let mut given = false;
    let wait = move |context: &mut Context<'_>| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    };
    futures::future::poll_fn(wait).await;
}

/// Makes durable what the device has put; then destroys what lies beside the records of cases that were erased or whose share is over, and what was
/// half written of them.
pub(super) async fn save(device: &mut Device<Shelf>, gone: &mut Vec<(CaseId, Erased)>) -> Result<(), Message> {
    device.records().flush().write().await?;
    if device.erased().is_empty() && device.ended().is_empty() {
        return Ok(());
    }
    let erased = [device.erased(), device.ended()].concat();
    for id in erased.iter().flat_map(|(_, erased)| &erased.attachments) {
        device.records().pieces().forget(*id).await?;
    }
    keep(device, &half_written(device))?;
    device.erased_is_told()?;
    device.ended_is_told()?;
    gone.extend(erased);
    device.records().flush().write().await
}

impl Held {
    /// Destroys on the disk what a revoked device had, and hands over what it had not brought. What there is to say of it comes back.
    pub(super) async fn gives_up(&mut self, device: Device<Shelf>) -> Result<Message, Message> {
        let shelf = async {
            let mut shelf = device.give_up(&mut rng())?;
            shelf.flush().write().await?;
            if let Some(left) = handed_over(&mut shelf)? {
                hand_over(&mut shelf, left).await?;
            }
            Ok::<_, Message>(shelf)
        };
        match shelf.await {
            Ok(shelf) => {
                self.disk = Some(shelf.close());
                Ok(texts::error_device_revoked())
            }
            // It is as it was, and tries again when it is next unlocked.
            Err(problem) => {
                self.disk = Some(Disk::open().await?);
                Err(problem)
            }
        }
    }
}

/// Hands over what a revoked device had not brought; without a network it waits, sealed.
pub(super) async fn hand_over(shelf: &mut Shelf, left: Left) -> Result<(), Message> {
    for file in &left.files {
        if http::exchange("POST", "/v1/quarantine", "", http::OCTETS, Some(file)).await.is_err() {
            return Ok(());
        }
    }
    is_handed_in(shelf)?;
    shelf.flush().write().await
}
