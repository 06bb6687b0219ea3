//! Photographs and papers: kept sealed beside the records, brought after every fact, fetched by whoever asks.

use habeas_client_core::case::Form;
use habeas_client_core::device::{Attachment, Sealed, Unbrought};
use habeas_client_core::photo::without_hidden_data;
use habeas_protocol::attachment::{self, Brought};
use habeas_protocol::{AttachmentId, CaseId, TakenAs};
use habeas_texts::{self as texts, Message};

use super::super::store::Pieces;
use super::super::{http, now, rng};
use super::{Desk, case_id, drafts};
use crate::messages::{Ask, Told};

impl Desk {
    /// Attaches a file, or gets one.
    pub(super) async fn attachments(&self, ask: Ask) -> Result<Told, Message> {
        match ask {
            Ask::Keep { case, text, source, file } => self.attach(&case, &text, source, &file).await,
            Ask::Fetch { case, number, original } => self.fetch(&case, number, original).await,
            _ => Ok(Told::Done),
        }
    }

    async fn attach(&self, case: &str, text: &str, source: String, file: &[u8]) -> Result<Told, Message> {
        let case = case_id(case)?;
        let sealed = Sealed::of(file, &mut rng())?;
        let mut held = self.held().await;
        let device = held.device()?;
        let form = Form { kind: "attachment".to_owned(), fields: sealed.fields(text), source, ..Form::default() };
        let city = device.case(case)?.replica.view().city();
        let draft = drafts(&[form], city, now())?.pop().ok_or_else(texts::error_locked)?;
        // Everything is on the disk before a fact says so.
        let pieces = device.records().pieces();
        pieces.tidy(device.held().keys()).await?;
        pieces.store(sealed.id, 0, &sealed.pieces).await?;
        device.attach(case, draft, &sealed)?;
        held.save().await?;
        Ok(Told::Done)
    }

    async fn fetch(&self, case: &str, number: u32, original: bool) -> Result<Told, Message> {
        let case = case_id(case)?;
        let of = {
            let mut held = self.held().await;
            let all = held.device()?.attachments(case)?;
            all.into_iter().nth(number as usize).ok_or_else(|| texts::error_no_attachment(number + 1))?
        };
        let mut file = self.file(&of).await?;
        if !original {
            file = without_hidden_data(&file).ok_or_else(texts::error_attachment_original)?;
        }
        let kind = match file.as_slice() {
            [0xff, 0xd8, ..] => "jpg",
            [0x89, b'P', b'N', b'G', ..] => "png",
            [b'%', b'P', b'D', b'F', ..] => "pdf",
            _ => "bin",
        };
        let mut held = self.held().await;
        held.device()?.takes_out(TakenAs::Attachment, &[case])?;
        held.save().await?;
        Ok(Told::File(format!("{}.{kind}", number + 1), file))
    }

    /// The file itself, fetched if it is not here. What has come stays, and the next attempt goes on behind it.
    async fn file(&self, of: &Attachment) -> Result<Vec<u8>, Message> {
        let pieces = {
            let mut held = self.held().await;
            let pieces = held.device()?.records().pieces();
            if held.device()?.held().contains_key(&of.id) {
                let here = pieces.read(of.id).await?;
                return of.file(&here).ok_or_else(texts::error_attachment_damaged);
            }
            pieces
        };
        let brought: Vec<Brought> = http::read(&self.get(&attachment::list(of.case, of.id)).await?)?;
        for way in of.ways(&brought) {
            let mut here = pieces.coming(of.id).await?;
            here.truncate(of.good(&here));
            for (number, device) in (0..).zip(&way).skip(here.len()) {
                let piece = self.get(&attachment::fetch(of.case, of.id, number, *device)).await?;
                if of.open(number, &piece).is_err() {
                    break;
                }
                pieces.comes(of.id, number, &piece).await?;
                here.push(piece);
            }
            if let Some(file) = of.file(&here) {
                // Whoever attaches something meanwhile tidies what nothing speaks of.
                let mut held = self.held().await;
                pieces.store(of.id, 0, &here).await?;
                held.device()?.is_fetched(of)?;
                held.save().await?;
                pieces.has_come(of.id).await?;
                return Ok(file);
            }
            // Somebody has brought what opens and is another file: none of it counts.
            if here.len() == way.len() {
                pieces.has_come(of.id).await?;
            }
        }
        Err(texts::error_attachment_not_there())
    }

    /// Brings the server what it lacks; one that cannot go keeps no other one back, and is named when all were tried. A fact that is recorded
    /// meanwhile goes before the next piece.
    pub(super) async fn bring(&self) -> Result<(), Message> {
        let (all, pieces) = {
            let mut held = self.held().await;
            let device = held.device()?;
            (device.to_bring(), device.records().pieces())
        };
        let mut unbrought = Unbrought::default();
        for (id, of) in all {
            match self.bring_one(&pieces, id, of.case).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(why) => unbrought.add(id, why)?,
            }
        }
        self.held().await.device()?.brought(unbrought)
    }

    /// `false`: a fact wants to go first.
    async fn bring_one(&self, pieces: &Pieces, id: AttachmentId, case: CaseId) -> Result<bool, Message> {
        // Whoever took the fact about it back wants it nowhere.
        let Some(of) = self.held().await.device()?.attachment(id)? else { return Ok(true) };
        let brought: Vec<Brought> = http::read(&self.get(&attachment::list(case, id)).await?)?;
        let lacks = self.held().await.device()?.lacks(id, &brought)?;
        let all = pieces.read(id).await?;
        for number in lacks {
            // What is damaged here would be junk there, and count as brought.
            let good = all.get(number as usize).filter(|piece| of.open(number, piece).is_ok());
            let piece = good.ok_or_else(texts::error_attachment_damaged)?;
            self.octets("PUT", &attachment::bring(case, id, number), piece.clone()).await?;
            if self.held().await.device()?.has_to_send() {
                return Ok(false);
            }
        }
        let mut held = self.held().await;
        held.device()?.is_brought(id)?;
        held.save().await?;
        Ok(true)
    }
}
