//! Starting: folders, key, database, port; each problem is one line with its remedy.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use actix_web::{App, HttpServer, middleware, web};
use habeas_hub::{Hub, HubError};
use habeas_protocol::{Act, Actor, DeviceKeys};
use rand_core::UnwrapErr;
use tokio::sync::Semaphore;

use crate::config::{Config, Part};
use crate::disk::Disk;
use crate::key::{self, Source};
use crate::pulse::Pulse;
use crate::room::{ClerkRoom, HubAt};
use crate::socket::{self, Asked};
use crate::{audit, clock, http, mark, rotate, upgrade};

/// The system's randomness. A machine without it cannot run this server at all.
pub fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// Seconds since 1970 by this machine's clock.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Milliseconds since 1970 by this machine's clock.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// What the hub's handlers may use.
pub struct Rooms {
    /// The hub.
    pub hub: Arc<Hub>,
    /// Whether the clerk counts, wherever it is.
    pub pulse: Arc<Pulse>,
    /// The clerk's room, if it is in this process.
    room: Option<Arc<ClerkRoom>>,
    /// How full the disk is.
    pub disk: Arc<Disk>,
    /// Two passwords are hashed at a time: each takes 19 MiB.
    hashing: Arc<Semaphore>,
    /// How often somebody may try to get in.
    pub limits: Arc<http::Limits>,
}

/// What the clerk's handlers may use.
pub struct Desk {
    /// The clerk's room; the clerk may not be in it yet.
    pub room: Arc<ClerkRoom>,
    /// How full the disk is.
    pub disk: Arc<Disk>,
    hashing: Arc<Semaphore>,
    /// How often somebody may ask who has no account.
    pub limits: Arc<http::Limits>,
}

/// What holds for every request.
pub struct Site {
    /// The address under which people reach this server.
    pub address: String,
    /// Which part of the server this process is.
    pub part: Part,
}

/// Whoever lets only so many do at a time what costs much.
pub trait Hashes: Send + Sync + 'static {
    /// Who may.
    fn hashing(&self) -> &Arc<Semaphore>;
}

impl Hashes for Rooms {
    fn hashing(&self) -> &Arc<Semaphore> {
        &self.hashing
    }
}

impl Hashes for Desk {
    fn hashing(&self) -> &Arc<Semaphore> {
        &self.hashing
    }
}

impl Rooms {
    /// The clerk's public keys: its own word, or the log's, or its operator's while there is no log and it is away.
    pub fn clerk_keys(&self) -> Result<Option<DeviceKeys>, HubError> {
        match self.room.as_ref().and_then(|room| room.keys()) {
            Some(keys) => Ok(Some(keys)),
            None => self.hub.clerk_keys(),
        }
    }
}

/// Takes the data folder for this process, and makes it if it is not there. Held as long as the file is open.
pub fn take(config: &Config) -> Result<fs::File, String> {
    let folder = config.data.display().to_string();
    make(&config.data)
        .map_err(|error| format!("cannot make the folder {folder}: {error}. Give another with --data, or make it writable"))?;
    let probe = config.data.join(".writable");
    fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(|error| {
        format!("cannot write in the folder {folder}: {error}. Give another with --data, or make it writable")
    })?;
    lock(&config.data.join("server.lock")).ok_or_else(|| {
        format!("another server is running on the folder {folder}. Stop it first, or give another folder with --data")
    })
}

/// Runs until the process is told to stop.
pub fn run(config: Config) -> Result<(), String> {
    let _only = take(&config)?;
    let clock = clock::asked(&config)?;
    if config.public_url.as_deref().is_some_and(|url| !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))) {
        return Err(
            "public_url: give the address under which people reach this server, such as https://habeas.example.org".to_owned()
        );
    }
    let app = config.app.as_deref().map_or_else(|| Ok(http::Files::default()), http::Files::read)?;
    let listener = TcpListener::bind((config.address, config.port)).map_err(|error| {
        format!(
            "cannot listen on {}:{}: {error}. Something else may be using the port; give another with --port",
            config.address, config.port
        )
    })?;
    let here = format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    let upgraded = upgrade::upgrade(&config)?;
    let hub = config.role.has_hub().then(|| open_hub(&config)).transpose()?;
    if let Some(hub) = &hub {
        hub.remembers_passes();
    }
    if let upgrade::Upgraded::From(path) = upgraded {
        tracing::warn!("{}", upgrade::how_to_return(&path));
        record(&config, hub.as_ref(), Act::Upgrade)?;
    }
    record(&config, hub.as_ref(), Act::Start)?;
    upgrade::expire(&config);
    let room = match &hub {
        _ if !config.role.has_clerk() => None,
        Some(hub) => Some(open_room(&config, HubAt::Here(Arc::clone(hub)), &here)?),
        None => {
            let url = config.hub.clone().ok_or("the clerk alone needs the hub's address: give it with --hub")?;
            Some(open_room(&config, HubAt::There(url), &here)?)
        }
    };
    let key = room.as_ref().map_or(Ok(None), |_| key::find(&config))?;
    if let Some(room) = &room {
        clock.into_iter().for_each(|url| clock::watch(&config, url, room));
    }
    // Whatever else is wrong is said first, and alone.
    let disk = Disk::watch(&config, hub.as_ref());
    if let (Some(room), Some((key, source))) = (&room, key) {
        room.unlock(key, source)?;
    }
    announce(&config, hub.as_deref(), room.as_deref(), &here)?;
    if let Some(room) = &room {
        operators(&config, room, hub.as_ref(), &here)?;
    }
    if config.end_with_input {
        end_with_input();
    }
    let pulse = match &room {
        Some(room) => Arc::clone(&room.pulse),
        None => Arc::new(Pulse::apart(heard_last(hub.as_ref())?, config.stale_after)),
    };
    if room.is_none() && waits(hub.as_deref())? {
        pulse.wait();
    }
    let keeper = match (&hub, &room) {
        (Some(hub), _) => http::Keeper::Hub(Arc::clone(hub)),
        (None, Some(room)) => http::Keeper::Clerk(Arc::clone(room)),
        (None, None) => return Err("there is neither hub nor clerk".to_owned()),
    };
    let hashing = Arc::new(Semaphore::new(2));
    let site = Site { address: config.public_url.clone().unwrap_or(here), part: config.role };
    let limits = Arc::new(http::Limits::new(config.behind_proxy));
    let desk = room.as_ref().map(|room| {
        let (room, disk, hashing, limits) = (Arc::clone(room), Arc::clone(&disk), Arc::clone(&hashing), Arc::clone(&limits));
        Desk { room, disk, hashing, limits }
    });
    let rooms = hub.map(|hub| Rooms { hub, pulse, room, disk, hashing, limits });
    let served = Served {
        rooms: rooms.map(web::Data::new),
        desk: desk.map(web::Data::new),
        keeper: web::Data::new(keeper),
        site: web::Data::new(site),
        app: web::Data::new(app),
    };
    serve(listener, served).map_err(|error| format!("the server stopped: {error}"))
}

fn open_hub(config: &Config) -> Result<Arc<Hub>, String> {
    Hub::open(&config.hub_database(), &mut rng()).map(Arc::new).map_err(|error| of_hub(&error))
}

fn of_hub(error: &HubError) -> String {
    format!("the hub's database: {}", cause(error))
}

/// Records what the operator does. A hub elsewhere is told by the clerk.
fn record(config: &Config, hub: Option<&Arc<Hub>>, act: Act) -> Result<(), String> {
    match hub {
        Some(hub) => hub.audit(Actor::Operator, act, "", now()).map_err(|error| of_hub(&error))?,
        None => audit::record(config, act),
    }
    Ok(())
}

/// When the clerk of another machine was last heard to count; now, if it never was.
fn heard_last(hub: Option<&Arc<Hub>>) -> Result<i64, String> {
    let heard = hub.map_or(Ok(None), |hub| hub.last_counted()).map_err(|error| of_hub(&error))?;
    Ok(heard.unwrap_or_else(now))
}

/// Whether the hub here waits for a coordinator's device.
fn waits(hub: Option<&Hub>) -> Result<bool, String> {
    hub.map_or(Ok(false), Hub::waits_for_coordinator).map_err(|error| of_hub(&error))
}

/// The clerk's room, with what its database says of when it last counted.
fn open_room(config: &Config, hub: HubAt, here: &str) -> Result<Arc<ClerkRoom>, String> {
    let counted = habeas_clerk::last_counted(&config.clerk_database())
        .map_err(|error| format!("the clerk's database: {}", cause(&error)))?;
    let began = now();
    let pulse = Pulse::new(counted.unwrap_or(began), config.stale_after);
    if let Some(off) = clock::set_back(counted, began).filter(|_| !config.clock_is_right) {
        pulse.set_clock(Some(off));
        tracing::error!(
            "this machine's clock stands {} seconds before the time at which the clerk last counted; nothing is counted. Set it right; if it \
             is right, start once with --clock-is-right",
            -off
        );
    }
    let of_hub = match &hub {
        HubAt::Here(hub) => waits(Some(hub))?,
        HubAt::There(_) => false,
    };
    if of_hub || mark::is_set(&config.data) {
        pulse.wait();
        tracing::warn!(
            "a backup was put back: nothing is counted, and no mail goes out, until the coordinators' devices have synced"
        );
    }
    Ok(Arc::new(ClerkRoom::new(config, hub, pulse, here)?))
}

/// Hears what operators ask while the server runs.
fn operators(config: &Config, room: &Arc<ClerkRoom>, hub: Option<&Arc<Hub>>, here: &str) -> Result<(), String> {
    let here = config.public_url.as_deref().unwrap_or(here).to_owned();
    let (room, hub, site) = (Arc::clone(room), hub.cloned(), config.hub.clone());
    let data = config.data.clone();
    socket::wait(&config.data, move |asked, say| match asked {
        Asked::Unlock(key) => {
            room.unlock(key, Source::Elsewhere("whoever unlocks the clerk"))?;
            tracing::warn!("the clerk has its key");
            let recorded = room.records(Act::Unlock);
            match &hub {
                Some(hub) => {
                    recorded?;
                    // Whoever has still to make the organisation needs the fingerprint.
                    if !hub.has_organisation().map_err(|error| cause(&error))? {
                        begin(hub, room.keys(), &here)?;
                    }
                }
                // A hub that cannot be reached, or does not know this clerk yet, must not keep it locked: it hears of it later.
                None => {
                    if recorded.is_err() {
                        audit::note_untold(&data, Act::Unlock);
                    }
                    introduce(&room, site.as_deref().unwrap_or_default());
                }
            }
            let waits =
                if room.pulse.waits() { " as soon as the coordinators' devices have synced: a backup was put back" } else { "" };
            Ok(format!("The clerk has its key and counts{waits}"))
        }
        Asked::Rotate(given) => rotate::rotate(&room, given, say),
    })
}

/// Makes the folder, closed to other users of the machine.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the folder for this process; `None` if another has it. Held as long as the file is open.
fn lock(path: &Path) -> Option<fs::File> {
    let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Ends the process when its standard input is closed.
fn end_with_input() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
}

/// Tells the operator where the server is, and how to begin if nobody has.
#[allow(clippy::print_stdout, reason = "the operator's terminal")]
fn announce(config: &Config, hub: Option<&Hub>, room: Option<&ClerkRoom>, here: &str) -> Result<(), String> {
    println!("Habeas listens on {here}");
    let site = config.public_url.as_deref().unwrap_or(here);
    if room.is_some_and(|room| room.clerk().is_none()) {
        println!("The clerk is locked, and nothing is counted: give it its key with `habeas-server unlock`.");
        return Ok(());
    }
    match (hub, room) {
        (Some(hub), Some(room)) => begin(hub, room.keys(), site),
        (Some(hub), None) => begin(hub, hub.clerk_keys().map_err(|error| cause(&error))?, site),
        (None, Some(room)) => {
            introduce(room, config.hub.as_deref().unwrap_or_default());
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

/// Tells how the organisation is begun, if it was not.
#[allow(clippy::print_stdout, reason = "the operator's terminal")]
fn begin(hub: &Hub, clerk: Option<DeviceKeys>, here: &str) -> Result<(), String> {
    if hub.has_organisation().map_err(|error| cause(&error))? {
        println!("The organisation is there; devices can sync.");
        return Ok(());
    }
    let Some(clerk) = clerk else {
        println!(
            "There is no organisation yet, and no clerk: start one on its machine with `habeas-server --role clerk --hub URL`."
        );
        println!("It prints its keys; then say here: habeas-server --role hub admit-clerk KEYS");
        return Ok(());
    };
    if let Some(code) = hub.setup_code(&mut rng()).map_err(|error| cause(&error))? {
        println!("There is no organisation yet. On the first coordinator's device:");
        println!("  habeas org create --server {here} --code {code}-{} --account NAME", clerk.id());
    }
    Ok(())
}

/// Tells who this clerk is, for the operator of its hub.
#[allow(clippy::print_stdout, reason = "the operator's terminal")]
fn introduce(room: &ClerkRoom, hub: &str) {
    let Some(keys) = room.keys() else { return };
    println!("This is the clerk {} of the hub {hub}. Where there is no organisation yet, say at the hub:", keys.id());
    println!("  habeas-server --role hub admit-clerk {}", keys.to_hex());
}

/// An error with what lies behind it, for the operator's eyes.
pub fn cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", cause(source)),
        None => error.to_string(),
    }
}

/// What is served.
#[derive(Clone)]
struct Served {
    rooms: Option<web::Data<Rooms>>,
    desk: Option<web::Data<Desk>>,
    keeper: web::Data<http::Keeper>,
    site: web::Data<Site>,
    app: web::Data<http::Files>,
}

#[actix_web::main]
async fn serve(listener: TcpListener, served: Served) -> std::io::Result<()> {
    let server = HttpServer::new(move || {
        let Served { rooms, desk, keeper, site, app } = served.clone();
        let part = site.part;
        App::new()
            .app_data(keeper)
            .app_data(site)
            .app_data(app)
            .wrap(middleware::from_fn(http::door))
            .wrap(middleware::from_fn(http::observe))
            .configure(|app| {
                // Who is not here has no handlers here either.
                if let Some(rooms) = rooms {
                    app.app_data(rooms);
                }
                if let Some(desk) = desk {
                    app.app_data(desk);
                }
            })
            .configure(|app| http::configure(app, part))
    });
    server.listen(listener)?.workers(2).shutdown_timeout(5).run().await
}
