//! Starting: folders, key, database, port; each problem is one line with its remedy.

use std::fs;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, HttpServer, middleware, web};
use habeas_clerk::ClerkKey;
use habeas_hub::Hub;
use rand_core::UnwrapErr;

use crate::config::Config;
use crate::http;

/// The system's randomness. A machine without it cannot run this server at all.
pub fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// Seconds since 1970 by this machine's clock.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// What every handler may use.
pub struct Rooms {
    /// The hub.
    pub hub: Hub,
    /// The clerk's public keys.
    pub clerk: habeas_protocol::DeviceKeys,
    /// Two passwords are hashed at a time: each takes 19 MiB.
    pub hashing: tokio::sync::Semaphore,
}

/// Runs until the process is told to stop.
pub fn run(config: Config) -> Result<(), String> {
    let folder = config.data.display().to_string();
    fs::create_dir_all(&config.data)
        .map_err(|error| format!("cannot make the folder {folder}: {error}. Give another with --data, or make it writable"))?;
    let probe = config.data.join(".writable");
    fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).map_err(|error| {
        format!("cannot write in the folder {folder}: {error}. Give another with --data, or make it writable")
    })?;
    let listener = TcpListener::bind((config.address, config.port)).map_err(|error| {
        format!(
            "cannot listen on {}:{}: {error}. Something else may be using the port; give another with --port",
            config.address, config.port
        )
    })?;
    let key = ClerkKey::load_or_create(&config.data.join("clerk.key"), &mut rng()).map_err(|error| error.to_string())?;
    let hub = Hub::open(&config.hub_database(), &mut rng()).map_err(|error| format!("the hub's database: {}", cause(&error)))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    announce(&hub, &key, &format!("http://{address}"))?;
    let rooms = web::Data::from(Arc::new(Rooms { hub, clerk: key.device().keys(), hashing: tokio::sync::Semaphore::new(2) }));
    serve(listener, rooms).map_err(|error| format!("the server stopped: {error}"))
}

/// Tells the operator where the server is, and how to begin if nobody has.
#[allow(clippy::print_stdout, reason = "the operator's terminal")]
fn announce(hub: &Hub, key: &ClerkKey, address: &str) -> Result<(), String> {
    println!("Habeas listens on {address}");
    if let Some(code) = hub.setup_code(&mut rng()).map_err(|error| cause(&error))? {
        println!("There is no organisation yet. On the first coordinator's device:");
        println!("  habeas org create --server {address} --code {code}-{}", key.device().id());
    } else {
        println!("The organisation is there; devices can sync.");
    }
    Ok(())
}

/// An error with what lies behind it, for the operator's eyes.
fn cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", cause(source)),
        None => error.to_string(),
    }
}

#[actix_web::main]
async fn serve(listener: TcpListener, rooms: web::Data<Rooms>) -> std::io::Result<()> {
    let server = HttpServer::new(move || {
        App::new().app_data(rooms.clone()).wrap(middleware::from_fn(http::observe)).configure(http::configure)
    });
    server.listen(listener)?.workers(2).shutdown_timeout(5).run().await
}
