//! Starting: folders, key, database, port; each problem is one line with its remedy.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use actix_web::{App, HttpServer, middleware, web};
use habeas_hub::Hub;
use habeas_protocol::{Act, Actor, DeviceId};
use rand_core::UnwrapErr;

use crate::config::Config;
use crate::disk::Disk;
use crate::pulse::Pulse;
use crate::room::ClerkRoom;
use crate::key::{self, Source};
use crate::socket::{self, Asked};
use crate::{clock, http, rotate, upgrade};

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

/// What every handler may use.
pub struct Rooms {
    /// The hub.
    pub hub: Arc<Hub>,
    /// The clerk's room; the clerk may not be in it yet.
    pub room: Arc<ClerkRoom>,
    /// How full the disk is.
    pub disk: Arc<Disk>,
    /// Two passwords are hashed at a time: each takes 19 MiB.
    pub hashing: Arc<tokio::sync::Semaphore>,
    /// How often somebody may try to get in.
    pub limits: http::Limits,
    /// The address under which people reach this server.
    pub site: String,
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
    let app = config.app.as_deref().map_or_else(|| Ok(http::Files::default()), http::Files::read)?;
    let listener = TcpListener::bind((config.address, config.port)).map_err(|error| {
        format!(
            "cannot listen on {}:{}: {error}. Something else may be using the port; give another with --port",
            config.address, config.port
        )
    })?;
    let upgraded = upgrade::upgrade(&config)?;
    let hub = Hub::open(&config.hub_database(), &mut rng()).map_err(|error| format!("the hub's database: {}", cause(&error)))?;
    let record =
        |act| hub.audit(Actor::Operator, act, "", now()).map_err(|error| format!("the hub's database: {}", cause(&error)));
    if let upgrade::Upgraded::From(path) = upgraded {
        tracing::warn!("{}", upgrade::how_to_return(&path));
        record(Act::Upgrade)?;
    }
    record(Act::Start)?;
    let (hub, here) = (Arc::new(hub), format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?));
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
    let room = Arc::new(ClerkRoom::new(&config, &hub, pulse, &here)?);
    let key = key::find(&config)?;
    clock::watch(&config, &room.pulse)?;
    // Whatever else is wrong is said first, and alone.
    let disk = Disk::watch(&config, &hub);
    match key {
        Some((key, source)) => {
            room.unlock(key, source)?;
            announce(&hub, room.keys().map(|keys| keys.id()), &here)?;
        }
        None => announce(&hub, None, &here)?,
    }
    operators(&config, &room, &hub, &here)?;
    if config.end_with_input {
        end_with_input();
    }
    let site = config.public_url.clone().unwrap_or(here);
    let (hashing, limits) = (Arc::new(tokio::sync::Semaphore::new(2)), http::Limits::new(config.behind_proxy));
    let rooms = Rooms { hub, room, disk, hashing, limits, site };
    serve(listener, web::Data::from(Arc::new(rooms)), web::Data::new(app)).map_err(|error| format!("the server stopped: {error}"))
}

/// Hears what operators ask while the server runs.
fn operators(config: &Config, room: &Arc<ClerkRoom>, hub: &Arc<Hub>, here: &str) -> Result<(), String> {
    let (room, hub, here) = (Arc::clone(room), Arc::clone(hub), here.to_owned());
    socket::wait(&config.data, move |asked, say| match asked {
        Asked::Unlock(key) => {
            room.unlock(key, Source::Elsewhere("whoever unlocks the clerk"))?;
            tracing::warn!("the clerk has its key");
            room.records(Act::Unlock)?;
            // Whoever has still to make the organisation needs the fingerprint.
            if !hub.has_organisation().map_err(|error| cause(&error))? {
                announce(&hub, room.keys().map(|keys| keys.id()), &here)?;
            }
            Ok("The clerk has its key and counts".to_owned())
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

/// Tells the operator where the server is, and how to begin if nobody has. `clerk` is known once it has its key.
#[allow(clippy::print_stdout, reason = "the operator's terminal")]
fn announce(hub: &Hub, clerk: Option<DeviceId>, address: &str) -> Result<(), String> {
    println!("Habeas listens on {address}");
    let Some(clerk) = clerk else {
        println!("The clerk is locked, and nothing is counted: give it its key with `habeas-server unlock`.");
        return Ok(());
    };
    if let Some(code) = hub.setup_code(&mut rng()).map_err(|error| cause(&error))? {
        println!("There is no organisation yet. On the first coordinator's device:");
        println!("  habeas org create --server {address} --code {code}-{clerk} --account NAME");
    } else {
        println!("The organisation is there; devices can sync.");
    }
    Ok(())
}

/// An error with what lies behind it, for the operator's eyes.
pub fn cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", cause(source)),
        None => error.to_string(),
    }
}

#[actix_web::main]
async fn serve(listener: TcpListener, rooms: web::Data<Rooms>, app: web::Data<http::Files>) -> std::io::Result<()> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(rooms.clone())
            .app_data(app.clone())
            .wrap(middleware::from_fn(http::door))
            .wrap(middleware::from_fn(http::observe))
            .configure(http::configure)
    });
    server.listen(listener)?.workers(2).shutdown_timeout(5).run().await
}
