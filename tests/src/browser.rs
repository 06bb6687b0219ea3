//! A real browser: Chromium through its driver, with a profile of its own.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::{By, ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver, WebElement};
use tokio::runtime::Runtime;

/// How long anything may take before the test says that it does not happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a browser is to be.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
}

/// A phone.
pub const PHONE: Look = Look { width: 360, height: 740, dark: false };
/// A desk.
pub const DESK: Look = Look { width: 1280, height: 800, dark: false };

/// A running browser.
pub struct Browser {
    driver: Option<WebDriver>,
    runtime: Runtime,
    process: Child,
    /// Where the profile lies.
    pub profile: PathBuf,
    folder: Option<TempDir>,
}

/// Starts the driver on a free port. It takes a port of IPv4 first and then wants the same one of IPv6: if somebody has that, it
/// ends at once and says so, and only another port helps.
fn driver() -> (Child, String) {
    let mut said = Vec::new();
    for _ in 0..10 {
        let mut command = Command::new("chromedriver");
        // A group of its own: whatever the driver starts ends with it.
        command.arg("--port=0").process_group(0).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("chromedriver is not there; run the tests with: cargo xtask test");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        for line in lines.by_ref() {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                let port = port.trim_end_matches('.').to_owned();
                std::thread::spawn(move || lines.for_each(drop));
                return (process, port);
            }
            said.push(line);
        }
        said.push(format!("{}", process.wait().unwrap()));
    }
    panic!("chromedriver does not start:\n{}", said.join("\n"));
}

impl Browser {
    /// Starts a browser with a new profile.
    pub fn start(look: Look) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut browser = Self::start_in(folder.path().to_owned(), look);
        browser.folder = Some(folder);
        browser
    }

    /// Takes something away before any page can use it, as a hardened phone does.
    pub fn lacks(&self, what: &str) {
        self.before_every_page(&format!("delete self.{what}"));
    }

    /// Runs a script in every page before the page's own.
    pub fn before_every_page(&self, source: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": source }));
    }

    /// Starts a browser on a profile that another one has used.
    pub fn start_in(profile: PathBuf, look: Look) -> Self {
        let (process, port) = driver();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut wanted = DesiredCapabilities::chrome();
        let size = format!("--window-size={},{}", look.width, look.height);
        let folder = format!("--user-data-dir={}", profile.display());
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--lang=en",
            &size,
            &folder,
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let driver = runtime.block_on(WebDriver::new(format!("http://127.0.0.1:{port}"), wanted)).unwrap();
        let browser = Self { driver: Some(driver), runtime, process, profile, folder: None };
        if look.width < 500 {
            browser.cdp(
                "Emulation.setDeviceMetricsOverride",
                serde_json::json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": true }),
            );
        }
        browser.dark(look.dark);
        browser
    }

    /// Dark or light, as somebody's system is set.
    pub fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = serde_json::json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", features);
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.runtime.block_on(self.driver().cdp().send_raw(command, parameters)).unwrap()
    }

    /// Opens an address.
    pub fn opens(&self, address: &str) {
        self.runtime.block_on(self.driver().goto(address)).unwrap();
    }

    /// Loads the page again.
    pub fn reloads(&self) {
        self.runtime.block_on(self.driver().refresh()).unwrap();
    }

    /// Runs a script in the page.
    pub fn js(&self, script: &str) -> Value {
        let result = self.runtime.block_on(self.driver().execute(script, Vec::new()));
        result.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// Runs a script that ends by calling back. Null if it never does: a page that is loaded anew takes its scripts with it.
    pub fn js_async(&self, script: &str) -> Value {
        let result = self.runtime.block_on(self.driver().execute_async(script, Vec::new()));
        result.map_or(Value::Null, |result| result.json().clone())
    }

    /// Writes a picture of the whole page.
    pub fn picture(&self, path: &std::path::Path) {
        let answer = self.cdp("Page.captureScreenshot", serde_json::json!({ "captureBeyondViewport": true }));
        let bytes =
            self.js(&format!("return [...atob('{}')].map((c) => c.charCodeAt(0))", answer["data"].as_str().unwrap_or_default()));
        let bytes: Vec<u8> = serde_json::from_value(bytes).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Everything that can be read.
    pub fn text(&self) -> String {
        self.js("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a condition holds.
    pub fn until(&self, what: &str, mut condition: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self) {
            assert!(
                Instant::now() < deadline,
                "{what} does not happen. The page says:\n{}\n{:#?}\n{}",
                self.text(),
                self.console(),
                self.offline_copies()
            );
        }
    }

    /// What the browser has of the app for times without a network, for whoever looks why something does not happen.
    fn offline_copies(&self) -> Value {
        self.js_async(
            "const [done] = arguments; (async () => {
                const r = await navigator.serviceWorker.getRegistration();
                const states = [r?.installing, r?.waiting, r?.active, navigator.serviceWorker.controller].map((w) => w?.state);
                const script = await fetch('/app/sw.js', { cache: 'no-store' }).then((answer) => answer.text(), String);
                const fate = [];
                r?.addEventListener('updatefound', () => {
                    const found = r.installing;
                    fate.push(found?.state);
                    found?.addEventListener('statechange', () => fate.push(found.state));
                });
                const look = await Promise.race([r?.update().then(() => 'looked', String), new Promise((end) => setTimeout(end, 5000))]);
                const version = script.match(/VERSION = '[^']*'/)?.[0] ?? script.slice(0, 80);
                const kept = await Promise.all((await caches.keys()).map(async (name) => {
                    const cache = await caches.open(name);
                    return [name, (await cache.keys()).length, await (await cache.match('/app/why'))?.text()];
                }));
                await new Promise((end) => setTimeout(end, 3000));
                return JSON.stringify({ states, kept, version, look, fate, since: performance.now() });
            })().then(done, (error) => done(String(error)))",
        )
    }

    /// Waits until the page says something.
    pub fn reads(&self, text: &str) {
        self.until(&format!("“{text}”"), |browser| browser.text().contains(text));
    }

    fn element(&self, css: &str) -> WebElement {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(element) = self.runtime.block_on(self.driver().find(By::Css(css))) {
                return element;
            }
            assert!(Instant::now() < deadline, "there is no {css}. The page says:\n{}\n{:#?}", self.text(), self.console());
        }
    }

    /// What an attribute of an element says, once the element is there.
    pub fn attribute(&self, css: &str, name: &str) -> String {
        self.element(css);
        self.js(&format!("return document.querySelector(`{css}`).getAttribute('{name}')")).as_str().unwrap_or_default().to_owned()
    }

    /// Sets up the app at a server's address, in English, with an invitation, or the link of one, and a passphrase.
    pub fn sets_up(&self, address: &str, invitation: &str, account: &str, passphrase: &str) {
        let is_link = invitation.contains("/app/#");
        let first = if is_link { invitation.trim().to_owned() } else { format!("{address}/app/") };
        self.opens(&first);
        self.presses("English");
        self.reads("Set up this device");
        if is_link {
            // It is filled in, and stands in the address no longer.
            let stated = self.js("return document.querySelector('#invitation').value");
            assert!(stated.as_str().is_some_and(|stated| invitation.trim().ends_with(stated) && stated.len() > 128), "{stated}");
            assert_eq!(self.js("return location.hash"), "#/");
        } else {
            self.types("#invitation", invitation.trim());
        }
        self.types("#account", account);
        self.types("#password", "a long password of theirs");
        self.types("#passphrase", passphrase);
        self.types("#again", passphrase);
        self.clicks("button[type=submit]");
        self.reads("There is no case on this device yet.");
    }

    /// Types into a field.
    pub fn types(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.runtime.block_on(element.send_keys(text)).unwrap();
    }

    /// Presses keys, wherever the focus is.
    pub fn keys(&self, keys: &str) {
        self.runtime.block_on(self.driver().action_chain().send_keys(keys).perform()).unwrap();
    }

    /// Goes on with the Tab key until that has the focus, and can be seen to have it.
    pub fn tabs_to(&self, css: &str) {
        for _ in 0..80 {
            self.keys("\u{e004}");
            // The page itself puts people at the heading of a new screen; no Tab key comes there.
            let seen = "const e = document.activeElement, s = getComputedStyle(e); \
                        return e === document.body || e.matches('main h1') || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)";
            assert_eq!(self.js(seen), true, "nobody sees the focus on {}", self.js("return document.activeElement.outerHTML"));
            if self.js(&format!("return document.activeElement.matches(`{css}`)")) == true {
                return;
            }
        }
        panic!("the Tab key never comes to {css}. The page says:\n{}", self.text());
    }

    /// Makes the page so wide, as a narrow phone does or somebody who enlarges everything.
    pub fn is_wide(&self, width: u32) {
        let metrics = serde_json::json!({ "width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Presses something.
    pub fn clicks(&self, css: &str) {
        self.until(&format!("{css} can be pressed"), |browser| {
            let element = browser.element(css);
            browser.runtime.block_on(element.is_enabled()).unwrap_or_default()
        });
        let element = self.element(css);
        let clicked = self.runtime.block_on(async {
            element.scroll_into_view().await?;
            element.click().await
        });
        clicked.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses the button or link that says so.
    pub fn presses(&self, text: &str) {
        let path = format!("//*[self::button or self::a or self::label][normalize-space()='{text}']");
        self.until(&format!("a button “{text}”"), |browser| {
            let pressed = browser.runtime.block_on(async {
                let element = browser.driver().find(By::XPath(path.as_str())).await?;
                element.scroll_into_view().await?;
                element.click().await
            });
            pressed.is_ok()
        });
    }

    /// Chooses an option by its value.
    pub fn chooses(&self, css: &str, value: &str) {
        self.clicks(&format!("{css} option[value='{value}']"));
    }

    /// Sets a field that keys cannot fill reliably, such as a date with its time, as a person's picker would.
    pub fn sets(&self, css: &str, value: &str) {
        self.element(css);
        self.js(&format!(
            "const field = document.querySelector('{css}'); field.value = '{value}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        ));
    }

    /// What the console has said since it was last asked.
    pub fn console(&self) -> Vec<String> {
        let entries = self.runtime.block_on(self.driver().browser_log()).unwrap_or_default();
        entries.into_iter().map(|entry| entry.message).collect()
    }

    /// The folder of a new profile, for a test in which the profile outlives the browser.
    pub fn folder(&mut self) -> Option<TempDir> {
        self.folder.take()
    }

    /// Kills the browser as a dead battery would.
    pub fn kill(mut self) {
        std::mem::forget(self.driver.take());
        self.end();
    }

    fn end(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = self.runtime.block_on(driver.quit());
        }
        self.end();
    }
}
