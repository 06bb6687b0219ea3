//! `habeas attachment`: photographs and papers beside a case. Added here and stored sealed; brought to the server after every fact; fetched
//! only when somebody asks.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use habeas_client_core::case::Form;
use habeas_client_core::device::{Attachment, Held, Sealed, Unbrought};
use habeas_client_core::photo::without_hidden_data;
use habeas_protocol::attachment::{self, Brought};
use habeas_protocol::limits::MAX_ATTACHMENT;
use habeas_protocol::{AttachmentId, TakenAs};
use habeas_texts::{self as texts, Message};

use super::case::About;
use super::remote;
use crate::attachments::Pieces;
use crate::remote::Remote;
use crate::vault::write_new;
use crate::when::{WhenArgs, now};
use crate::{Home, LocalDevice, find_case, rng};

/// Attachments.
#[derive(Debug, Subcommand)]
pub enum AttachmentCommand {
    /// Keep a file beside a case, sealed; it goes to the server with the next sync, after every fact
    Add(Box<AddArgs>),
    /// What is attached to a case
    List {
        /// The case's id, or the beginning of it
        case: String,
    },
    /// Write an attachment into a new file, from this device or from the server
    Get(GetArgs),
}

/// What to attach.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The case's id, or the beginning of it
    case: String,
    /// The file
    file: PathBuf,
    /// What it shows
    #[arg(long, value_name = "WORDS")]
    text: String,
    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    about: About,
}

/// What to get.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// The case's id, or the beginning of it
    case: String,
    /// Its number in `habeas attachment list`
    number: usize,
    /// The new file
    file: PathBuf,
    /// As it was attached, with the place and the telephone that a photograph may name; without this a photograph is written without them
    #[arg(long)]
    original: bool,
}

/// Runs one of them.
pub fn attachment(home: &Home, command: AttachmentCommand) -> Result<(), Message> {
    match command {
        AttachmentCommand::Add(arguments) => add(home, &arguments),
        AttachmentCommand::List { case } => list(home, &case),
        AttachmentCommand::Get(arguments) => get(home, &arguments),
    }
}

fn add(home: &Home, AddArgs { case, file, text, when, about }: &AddArgs) -> Result<(), Message> {
    let failed = |error: std::io::Error| texts::error_file(error.to_string(), file.display().to_string());
    let mut device = home.open()?;
    let (case, open) = find_case(&mut device, case)?;
    if fs::metadata(file).map_err(failed)?.len() > MAX_ATTACHMENT as u64 {
        return Err(texts::error_attachment_size(MAX_ATTACHMENT >> 20));
    }
    let sealed = Sealed::of(&fs::read(file).map_err(failed)?, &mut rng())?;
    let said = when.said.clone().unwrap_or_default();
    let form = Form { fields: sealed.fields(text), when: when.when(), said, ..about.form("attachment") };
    let draft = form.draft(open.replica.view().city(), now())?;
    // Everything is on the disk before a fact says so.
    let pieces = Pieces::of(&home.folder);
    pieces.tidy(device.held());
    pieces.store(sealed.id, &sealed.pieces)?;
    println!("{}", device.attach(case, draft, &sealed)?);
    Ok(())
}

fn list(home: &Home, case: &str) -> Result<(), Message> {
    let mut device = home.open()?;
    let (case, _) = find_case(&mut device, case)?;
    let pieces = Pieces::of(&home.folder);
    for (number, of) in (1..).zip(device.attachments(case)?) {
        let here = device.held().get(&of.id).filter(|_| pieces.has(of.id));
        let place = match here {
            Some(held) if held.at_hub => texts::attachment_here(home.lang),
            Some(_) => texts::attachment_unsent(home.lang),
            None => texts::attachment_there(home.lang),
        };
        println!("{number}  {}  {}  {place}", of.text, texts::attachment_size(home.lang, of.bytes.div_ceil(1024)));
    }
    Ok(())
}

fn get(home: &Home, GetArgs { case, number, file, original }: &GetArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let (case, _) = find_case(&mut device, case)?;
    let all = device.attachments(case)?;
    let of = number.checked_sub(1).and_then(|index| all.get(index)).ok_or_else(|| texts::error_no_attachment(*number))?;
    if file.exists() {
        return Err(texts::error_file_there(file.display().to_string()));
    }
    let mut bytes = bytes(home, &mut device, of)?;
    if !original {
        bytes = without_hidden_data(&bytes).ok_or_else(texts::error_attachment_original)?;
    }
    device.takes_out(TakenAs::Attachment, &[case])?;
    write_new(file, &bytes)
}

/// The file itself, fetched if it is not here.
fn bytes(home: &Home, device: &mut LocalDevice, of: &Attachment) -> Result<Vec<u8>, Message> {
    let pieces = Pieces::of(&home.folder);
    if device.held().contains_key(&of.id) && pieces.has(of.id) {
        return of.file(&pieces.read(of.id)?).ok_or_else(texts::error_attachment_damaged);
    }
    let remote = remote(device)?;
    let brought: Vec<Brought> = remote.get(&attachment::list(of.case, of.id))?;
    for way in of.ways(&brought) {
        let mut here = pieces.begun(of.id)?;
        let good = of.good(&here);
        if good < here.len() {
            here.truncate(good);
            pieces.begin(of.id, &here)?;
        }
        for (number, device) in (0..).zip(&way).skip(here.len()) {
            let piece = remote.file(&attachment::fetch(of.case, of.id, number, *device))?;
            if of.open(number, &piece).is_err() {
                break;
            }
            pieces.add(of.id, &piece)?;
            here.push(piece);
            crate::complain(&texts::attachment_comes(home.lang, way.len(), here.len()));
        }
        if let Some(file) = of.file(&here) {
            pieces.is_whole(of.id)?;
            device.is_fetched(of)?;
            return Ok(file);
        }
        // Somebody has brought what opens and is another file: none of it counts.
        if here.len() == way.len() {
            pieces.begin(of.id, &[])?;
        }
    }
    Err(texts::error_attachment_not_there())
}

/// Brings the server what it lacks, once it has every fact. What breaks off goes on behind the last piece the next time; one that cannot go
/// keeps no other one back, and is named when all were tried.
pub fn bring(home: &Home, remote: &Remote, device: &mut LocalDevice) -> Result<(), Message> {
    let mut unbrought = Unbrought::default();
    for (id, held) in device.to_bring() {
        if let Err(why) = bring_one(home, remote, device, (id, held)) {
            unbrought.add(id, why)?;
        }
    }
    device.brought(unbrought)
}

fn bring_one(home: &Home, remote: &Remote, device: &mut LocalDevice, (id, held): (AttachmentId, Held)) -> Result<(), Message> {
    // Whoever took the fact about it back wants it nowhere.
    let Some(of) = device.attachment(id)? else { return Ok(()) };
    let brought: Vec<Brought> = remote.get(&attachment::list(held.case, id))?;
    let lacks = device.lacks(id, &brought)?;
    if !lacks.is_empty() {
        let all = Pieces::of(&home.folder).read(id)?;
        for (count, number) in (1_usize..).zip(&lacks) {
            // What is damaged here would be junk there, and count as brought.
            let good = all.get(*number as usize).filter(|piece| of.open(*number, piece).is_ok());
            let piece = good.ok_or_else(texts::error_attachment_damaged)?;
            remote.put_bytes(&attachment::bring(held.case, id, *number), piece)?;
            crate::complain(&texts::attachment_goes(home.lang, lacks.len(), count));
        }
    }
    Ok(device.is_brought(id)?)
}
