//! What the page asks that needs no network.

use habeas_client_core::case::{Seen, What, Word as _};
use habeas_client_core::device::Export;
use habeas_texts::{self as texts, Lang, Message};

use super::super::{now, rng, show};
use super::{Held, WARNED, case_id, drafts, half_written, keep};
use crate::messages::{Ask, Told};

impl Held {
    /// Answers from what the device holds.
    pub(super) fn local(&mut self, lang: Lang, ask: Ask) -> Result<Told, Message> {
        let now = now();
        let no_cards = self.no_cards.clone();
        let device = self.device()?;
        match ask {
            Ask::Cases => Ok(Told::Cases(show::cases(lang, device, now))),
            Ask::Cards => Ok(show::cards(lang, device, no_cards.as_ref(), now)),
            Ask::Case(case) => Ok(Told::Case(Box::new(show::case(lang, device, case_id(&case)?, now)?))),
            Ask::Begin(forms, kept) => {
                let drafts = drafts(&forms, None, now)?;
                if !drafts.iter().any(|draft| matches!(draft.what, What::Name { .. } | What::Description { .. })) {
                    return Err(texts::error_who_missing());
                }
                let (case, _) = device.new_case(&drafts, &mut rng())?;
                keep(device, &kept)?;
                Ok(Told::Begun(case.to_string()))
            }
            Ask::Add { case, form, kept } => {
                let case = case_id(&case)?;
                let city = device.case(case)?.replica.view().city();
                device.add_facts(case, &drafts(&[form], city, now)?, &mut rng())?;
                keep(device, &kept)?;
                Ok(Told::Done)
            }
            Ask::Roll(place) => Ok(show::roll(lang, device, &place)),
            Ask::RollCall { place, seen, source } => {
                let read = |(case, seen): &(String, String)| {
                    let seen = Seen::named(seen).ok_or_else(|| texts::error_one_of(seen.as_str(), Seen::WORDS.join(", ")))?;
                    Ok((case_id(case)?, seen))
                };
                let seen = seen.iter().map(read).collect::<Result<Vec<_>, Message>>()?;
                let count = device.roll_call(lang, &place, &seen, &source, now)?;
                Ok(Told::Said(texts::roll_saved(lang, count)))
            }
            Ask::Filled { case, fact } => {
                let view = device.case(case_id(&case)?)?.replica.view();
                let fact = view.timeline.iter().find(|known| known.id.to_string() == fact);
                Ok(Told::Draft(fact.map(show::filled).into_iter().collect()))
            }
            Ask::SyncState => self.sync_view(lang).map(Told::Sync),
            Ask::Give => {
                let to = device.devices_that_open_everything();
                Ok(Told::Files(device.export(&Export::Unsent, &to, &mut rng())?.files))
            }
            Ask::TakeIn(file) => {
                let imported = device.import(&file)?;
                let report = &imported.report;
                let mut said = vec![texts::bundle_taken(lang, report.set_aside, report.closed, report.admitted)];
                if report.of_erased > 0 {
                    said.push(texts::device_of_erased(lang, report.of_erased));
                }
                if imported.acknowledged > 0 {
                    said.push(texts::bundle_acknowledged(lang, imported.acknowledged));
                }
                if !imported.whole {
                    said.push(texts::error_bundle_torn().say(lang));
                }
                self.warns(report);
                Ok(Told::Said(said.join(". ")))
            }
            Ask::KeepDraft(kept) => {
                if keep(device, &kept)? {
                    Ok(Told::Done)
                } else {
                    Err(texts::error_vault_large())
                }
            }
            Ask::PutAway => {
                self.notes(WARNED, "");
                Ok(Told::Done)
            }
            Ask::Draft => Ok(Told::Draft(half_written(device))),
            _ => Ok(Told::Done),
        }
    }
}
