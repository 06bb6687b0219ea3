//! Requests to the server under this device's session: one at a time, so that no token is still on its way when its successor is used.

use futures::future::LocalBoxFuture;
use habeas_protocol::api::{Nonce, Session};
use habeas_texts::{self as texts, Message};
use serde::Serialize;

use super::super::{http, now_ms};
use super::Desk;

type Answer<'a> = LocalBoxFuture<'a, Result<Vec<u8>, Message>>;

impl Desk {
    /// Asks; the answer is read by [`http::read`].
    pub fn get<'a>(&'a self, path: &'a str) -> Answer<'a> {
        self.exchange("GET", path, "", Ok(None))
    }

    /// Sends JSON.
    pub fn tell<'a>(&'a self, method: &'static str, path: &'a str, body: &impl Serialize) -> Answer<'a> {
        self.exchange(method, path, http::JSON_KIND, http::json(body).map(Some))
    }

    /// Sends bytes, such as one round trip of the sync.
    pub fn octets<'a>(&'a self, method: &'static str, path: &'a str, body: Vec<u8>) -> Answer<'a> {
        self.exchange(method, path, http::OCTETS, Ok(Some(body)))
    }

    /// Whose clock is off asks the server for the time, and once more.
    fn exchange<'a>(
        &'a self,
        method: &'static str,
        path: &'a str,
        kind: &'static str,
        body: Result<Option<Vec<u8>>, Message>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let body = body?;
            let _alone = self.line.lock().await;
            for is_last in [false, true] {
                let passes = self.held().await.device()?.passes().ok_or_else(texts::error_not_signed_in)?;
                let authorization = passes.authorization((method, path, body.as_deref().unwrap_or_default()), now_ms());
                match http::exchange(method, path, &authorization, kind, body.as_deref()).await {
                    Err(problem) if !is_last && problem.name() == "error-server-clock-off" => {
                        let (nonce, mut passes) = (self.nonce().await?, passes);
                        passes.learn_clock(&nonce, now_ms());
                        let mut held = self.held().await;
                        held.device()?.keep_clock(&passes)?;
                        held.save().await?;
                    }
                    answer => return answer,
                }
            }
            Err(texts::error_not_signed_in())
        })
    }

    /// A number for this device to sign.
    pub fn nonce(&self) -> LocalBoxFuture<'_, Result<Nonce, Message>> {
        Box::pin(async {
            let ask = self.held().await.device()?.secrets().ask_nonce();
            http::read(&http::post("/v1/nonces", &ask).await?)
        })
    }

    /// Gets the session's next token and keeps it before it is used.
    pub fn renew(&self) -> LocalBoxFuture<'_, Result<(), Message>> {
        Box::pin(async {
            let _alone = self.line.lock().await;
            let nonce = self.nonce().await?;
            let renew = self.held().await.device()?.secrets().renew(&nonce);
            let session: Session = http::read(&http::post("/v1/sessions/renew", &renew).await?)?;
            let mut held = self.held().await;
            held.device()?.is_renewed(&session, &nonce, now_ms())?;
            held.hears_of_factor(session.second_factor);
            held.save().await
        })
    }
}
