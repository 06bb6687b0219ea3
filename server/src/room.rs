//! The clerk's room: empty until somebody has its key, while the hub goes on.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use habeas_clerk::{Clerk, ClerkKey, Mailer, Settings};
use habeas_hub::Hub;
use habeas_protocol::{Act, Actor, DeviceKeys, Role};

use crate::config::Config;
use crate::heartbeat::Heartbeat;
use crate::key::Source;
use crate::pulse::Pulse;
use crate::rotate;
use crate::run::{cause, now};
use crate::watch::{self, InProcess};

/// The clerk, once it is there.
pub struct ClerkRoom {
    hub: Arc<Hub>,
    /// Whether it counts.
    pub pulse: Arc<Pulse>,
    database: String,
    site: String,
    bell: SyncSender<()>,
    /// What the clerk needs when it comes; taken by the first one.
    waiting: Mutex<Option<Waiting>>,
    there: OnceLock<(Arc<Clerk>, DeviceKeys, Source)>,
    /// How many rows are sealed anew at a time when the key is exchanged.
    pub batch: i64,
}

struct Waiting {
    mailer: Mailer,
    news: Receiver<()>,
    heartbeat: Option<Heartbeat>,
}

impl ClerkRoom {
    /// A room for the clerk of a hub. `here` is the address that the server listens on.
    pub fn new(config: &Config, hub: &Arc<Hub>, pulse: Pulse, here: &str) -> Result<Self, String> {
        let mailer = match &config.smtp {
            Some(url) => Mailer::smtp(url, &config.mail_from),
            None => Mailer::files(&config.data.join("mail"), &config.mail_from),
        };
        let mailer = mailer.map_err(|error| error.to_string())?;
        let heartbeat = config.heartbeat.as_deref().map(Heartbeat::start).transpose()?;
        // One ring that nobody has heard yet is as good as many.
        let (bell, news) = sync_channel(1);
        let ring = bell.clone();
        hub.on_news(Box::new(move || {
            let _ = ring.try_send(());
        }));
        Ok(Self {
            hub: Arc::clone(hub),
            pulse: Arc::new(pulse),
            database: config.clerk_database(),
            site: config.public_url.clone().unwrap_or_else(|| here.to_owned()),
            bell,
            waiting: Mutex::new(Some(Waiting { mailer, news, heartbeat })),
            there: OnceLock::new(),
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
        let settings = Settings { database: self.database.clone(), site: self.site.clone() };
        let transport = Box::new(InProcess { hub: Arc::clone(&self.hub), device: keys.id() });
        match Clerk::open(settings, key, mailer.clone(), transport) {
            Ok(clerk) => {
                let clerk = Arc::new(clerk);
                self.goes_on(&clerk, &source);
                let _ = self.there.set((Arc::clone(&clerk), keys, source));
                self.pulse.unlock();
                watch::start(clerk, Arc::clone(&self.pulse), news, heartbeat);
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
        self.there.get().map(|(clerk, ..)| clerk)
    }

    /// Where its key came from.
    pub fn source(&self) -> Option<&Source> {
        self.there.get().map(|(.., source)| source)
    }

    /// Records what its operator does.
    pub fn records(&self, act: Act) -> Result<(), String> {
        self.hub.audit(Actor::Operator, act, "", now()).map_err(|error| cause(&error))
    }

    /// Its public keys: its own word, or the log's while it is away.
    pub fn keys(&self) -> Option<DeviceKeys> {
        if let Some((_, keys, _)) = self.there.get() {
            return Some(*keys);
        }
        let log = self.hub.log().ok()?;
        log.members().find(|(_, member)| member.role == Role::Clerk).map(|(_, member)| member.keys)
    }

    /// Wakes it: there is something to look at or to send.
    pub fn wake(&self) {
        // Else somebody has rung already, or nobody is there.
        let _ = self.bell.try_send(());
    }
}
