//! The clerk's room: empty until somebody has its key, while the hub goes on.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use habeas_clerk::{Clerk, ClerkError, ClerkKey, Mailer, Settings, Transport};
use habeas_hub::{Caller, Hub, HubError, Passes};
use habeas_protocol::api::AskPass;
use habeas_protocol::{Act, Actor, Asked, DeviceKeys, Hash, Pass};

use crate::config::Config;
use crate::heartbeat::Heartbeat;
use crate::key::Source;
use crate::mark;
use crate::pulse::Pulse;
use crate::remote::{RemoteError, RemoteHub};
use crate::rotate;
use crate::run::{cause, now, now_ms};
use crate::watch::{self, InProcess, Told};

/// The clerk, once it is there.
pub struct ClerkRoom {
    hub: HubAt,
    /// Whether it counts.
    pub pulse: Arc<Pulse>,
    database: String,
    data: PathBuf,
    site: String,
    bell: SyncSender<()>,
    /// What the clerk needs when it comes; taken by the first one.
    waiting: Mutex<Option<Waiting>>,
    there: OnceLock<There>,
    /// What people have shown the clerk of a hub on another machine.
    passes: Passes,
    /// How many rows are sealed anew at a time when the key is exchanged.
    pub batch: i64,
}

/// Where the hub is.
#[derive(Clone)]
pub enum HubAt {
    /// In this process.
    Here(Arc<Hub>),
    /// On another machine, at this address.
    There(String),
}

/// The clerk, with where its key came from and how it reaches a hub on another machine.
struct There {
    clerk: Arc<Clerk>,
    keys: DeviceKeys,
    source: Source,
    remote: Option<Arc<RemoteHub>>,
}

/// Why it is not known whose pass somebody shows.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The clerk has no key, and so no log to check by.
    #[error("the clerk is locked")]
    Locked,
    /// It waits for a coordinator's device: its log may be of before.
    #[error("the clerk waits for a coordinator's device")]
    Waits,
    /// It was shown before, or is not of this time.
    #[error(transparent)]
    Pass(#[from] HubError),
    /// The hub.
    #[error(transparent)]
    Hub(#[from] RemoteError),
    /// The clerk.
    #[error(transparent)]
    Clerk(#[from] ClerkError),
}

struct Waiting {
    mailer: Mailer,
    news: Receiver<()>,
    heartbeat: Option<Heartbeat>,
}

impl ClerkRoom {
    /// A room for the clerk of a hub. `here` is the address that the server listens on.
    pub fn new(config: &Config, hub: HubAt, pulse: Pulse, here: &str) -> Result<Self, String> {
        let mailer = match &config.smtp {
            Some(url) => Mailer::smtp(url, &config.mail_from),
            None => Mailer::files(&config.data.join("mail"), &config.mail_from),
        };
        let mailer = mailer.map_err(|error| error.to_string())?;
        let heartbeat = config.heartbeat.as_deref().map(Heartbeat::start).transpose()?;
        // One ring that nobody has heard yet is as good as many.
        let (bell, news) = sync_channel(1);
        if let HubAt::Here(hub) = &hub {
            let ring = bell.clone();
            hub.on_news(Box::new(move || {
                let _ = ring.try_send(());
            }));
        }
        Ok(Self {
            hub,
            pulse: Arc::new(pulse),
            database: config.clerk_database(),
            data: config.data.clone(),
            site: config.public_url.clone().unwrap_or_else(|| here.to_owned()),
            bell,
            waiting: Mutex::new(Some(Waiting { mailer, news, heartbeat })),
            there: OnceLock::new(),
            passes: Passes::of_anybody(),
            batch: config.rotation_batch,
        })
    }

    /// Lets the clerk in by its key; from here on it counts. Another key than the one that its database is sealed with changes nothing.
    pub fn unlock(&self, key: ClerkKey, source: Source) -> Result<(), String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Waiting { mailer, news, heartbeat }) = waiting.take() else {
            return Err("the clerk has its key already".to_owned());
        };
        let keys = key.device().keys();
        let is_restored = mark::is_set(&self.data);
        let settings = Settings { database: self.database.clone(), site: self.site.clone(), is_restored };
        let remote = match &self.hub {
            HubAt::Here(_) => None,
            HubAt::There(url) => match RemoteHub::new(url, key.clone()) {
                Ok(remote) => Some(Arc::new(remote)),
                Err(problem) => {
                    *waiting = Some(Waiting { mailer, news, heartbeat });
                    return Err(problem);
                }
            },
        };
        let transport: Arc<dyn Transport> = match (&self.hub, &remote) {
            (HubAt::Here(hub), None) => Arc::new(InProcess { hub: Arc::clone(hub), device: keys.id() }),
            (_, Some(remote)) => Arc::<RemoteHub>::clone(remote),
            (HubAt::There(_), None) => return Err("the hub's address is missing".to_owned()),
        };
        match Clerk::open(settings, key, mailer.clone(), transport) {
            Ok(clerk) => {
                let clerk = Arc::new(clerk);
                self.goes_on(&clerk, &source);
                let _ = self.there.set(There { clerk: Arc::clone(&clerk), keys, source, remote: remote.clone() });
                self.pulse.unlock();
                let told = Told { pulse: Arc::clone(&self.pulse), heartbeat, hub: remote, folder: self.data.clone() };
                watch::start(clerk, told, news);
                Ok(())
            }
            Err(error) => {
                *waiting = Some(Waiting { mailer, news, heartbeat });
                Err(format!("the clerk's database: {}", cause(&error)))
            }
        }
    }

    /// Goes on with an exchange of keys that broke off.
    fn goes_on(&self, clerk: &Arc<Clerk>, source: &Source) {
        let (clerk, source, batch) = (Arc::clone(clerk), source.clone(), self.batch);
        std::thread::spawn(move || {
            let done = match clerk.is_rotating() {
                Ok(true) => {
                    tracing::warn!("the exchange of the clerk's key goes on");
                    rotate::go_on(&clerk, &source, batch, &mut |_| ()).map(drop)
                }
                // It may have ended but for the key's file.
                Ok(false) => source.settle(&clerk.key_name()).map(drop),
                Err(error) => Err(cause(&error)),
            };
            if let Err(problem) = done {
                tracing::error!(cause = problem, "the exchange of the clerk's key has not ended; it goes on at the next start");
            }
        });
    }

    /// The clerk, if it is there.
    pub fn clerk(&self) -> Option<&Arc<Clerk>> {
        self.there.get().map(|there| &there.clerk)
    }

    /// Where its key came from.
    pub fn source(&self) -> Option<&Source> {
        self.there.get().map(|there| &there.source)
    }

    /// Records what its operator does.
    pub fn records(&self, act: Act) -> Result<(), String> {
        match &self.hub {
            HubAt::Here(hub) => hub.audit(Actor::Operator, act, "", now()).map_err(|error| cause(&error)),
            HubAt::There(_) => match self.there.get().and_then(|there| there.remote.as_ref()) {
                Some(remote) => remote.audit(Actor::Operator, act, "clerk", now()),
                None => Ok(()),
            },
        }
    }

    /// Whose pass somebody shows the clerk. The hub on its own machine finds that it is good, and keeps the rule of the route; the clerk checks
    /// the device's signature by its own log, and itself remembers what it was shown.
    pub fn caller(&self, pass: &Pass, (asks, body): (&AskPass, &Hash)) -> Result<Caller, PassError> {
        let there = self.there.get().ok_or(PassError::Locked)?;
        if self.pulse.waits() {
            return Err(PassError::Waits);
        }
        // The hub is told the whole pass, and whoever holds it could show it here, too: before the hub has it, it is spent.
        self.passes.takes(pass, now_ms())?;
        let known = there.remote.as_ref().ok_or(PassError::Locked)?.pass(asks)?;
        Ok(there.clerk.vouches(pass, &known, Asked { method: &asks.method, path: &asks.path, body }, now())?)
    }

    /// Its public keys, once it is there.
    pub fn keys(&self) -> Option<DeviceKeys> {
        self.there.get().map(|there| there.keys)
    }

    /// Wakes it: there is something to look at or to send.
    pub fn wake(&self) {
        // Else somebody has rung already, or nobody is there.
        let _ = self.bell.try_send(());
    }
}
