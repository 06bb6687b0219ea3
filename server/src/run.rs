//! Starting: folders, key, database, port; each problem is one line with its remedy.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use actix_web::{App, HttpServer, middleware, web};
use habeas_clerk::{Clerk, ClerkKey, Mailer, Settings};
use habeas_hub::Hub;
use habeas_protocol::{Act, Actor, DeviceId};
use rand_core::UnwrapErr;

use crate::config::Config;
use crate::{http, watch};

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
    /// The clerk.
    pub clerk: Arc<Clerk>,
    /// The clerk's public keys.
    pub clerk_keys: habeas_protocol::DeviceKeys,
    /// Wakes the clerk: it has something to look at or to send.
    pub wake: Sender<()>,
    /// Two passwords are hashed at a time: each takes 19 MiB.
    pub hashing: Arc<tokio::sync::Semaphore>,
    /// How often somebody may try to get in.
    pub limits: http::Limits,
    /// The address under which people reach this server.
    pub site: String,
}

/// Runs until the process is told to stop.
pub fn run(config: Config) -> Result<(), String> {
    let folder = config.data.display().to_string();
    make(&config.data)
        .map_err(|error| format!("cannot make the folder {folder}: {error}. Give another with --data, or make it writable"))?;
    let probe = config.data.join(".writable");
    fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(|error| {
        format!("cannot write in the folder {folder}: {error}. Give another with --data, or make it writable")
    })?;
    let _only = lock(&config.data.join("server.lock")).ok_or_else(|| {
        format!("another server is running on the folder {folder}. Stop it first, or give another folder with --data")
    })?;
    let app = config.app.as_deref().map_or_else(|| Ok(http::Files::default()), http::Files::read)?;
    let listener = TcpListener::bind((config.address, config.port)).map_err(|error| {
        format!(
            "cannot listen on {}:{}: {error}. Something else may be using the port; give another with --port",
            config.address, config.port
        )
    })?;
    let key = ClerkKey::load_or_create(&config.data.join("clerk.key"), &mut rng()).map_err(|error| error.to_string())?;
    let hub = Hub::open(&config.hub_database(), &mut rng()).map_err(|error| format!("the hub's database: {}", cause(&error)))?;
    hub.audit(Actor::Operator, Act::Start, "", now()).map_err(|error| format!("the hub's database: {}", cause(&error)))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let here = format!("http://{address}");
    let mailer = match &config.smtp {
        Some(url) => Mailer::smtp(url, &config.mail_from),
        None => Mailer::files(&config.data.join("mail"), &config.mail_from),
    };
    let mailer = mailer.map_err(|error| error.to_string())?;
    let (hub, clerk_keys) = (Arc::new(hub), key.device().keys());
    let site = config.public_url.clone().unwrap_or_else(|| here.clone());
    let settings = Settings { database: config.clerk_database(), site: site.clone() };
    let transport = Box::new(watch::InProcess { hub: Arc::clone(&hub), device: clerk_keys.id() });
    let clerk =
        Clerk::open(settings, key, mailer, transport).map_err(|error| format!("the clerk's database: {}", cause(&error)))?;
    let clerk = Arc::new(clerk);
    announce(&hub, clerk_keys.id(), &here)?;
    if config.end_with_input {
        end_with_input();
    }
    let wake = watch::start(&hub, Arc::clone(&clerk));
    let (hashing, limits) = (Arc::new(tokio::sync::Semaphore::new(2)), http::Limits::new(config.behind_proxy));
    let rooms = web::Data::from(Arc::new(Rooms { hub, clerk, clerk_keys, wake, hashing, limits, site }));
    serve(listener, rooms, web::Data::new(app)).map_err(|error| format!("the server stopped: {error}"))
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
fn announce(hub: &Hub, clerk: DeviceId, address: &str) -> Result<(), String> {
    println!("Habeas listens on {address}");
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
