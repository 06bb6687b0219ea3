//! `cargo xtask serve`: builds the server, starts it, and with `--demo` fills it with an invented day.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::run;

/// What all devices of the demo are opened with, and all its accounts signed in with.
const PASSPHRASE: &str = "habeas demo device";
const PASSWORD: &str = "habeas demo password";

struct Options {
    demo: bool,
    port: String,
    data: PathBuf,
}

/// Runs until the server ends.
pub fn serve(arguments: &[String]) -> Result<(), String> {
    let options = read(arguments)?;
    compiler()?;
    run::cargo(
        "building the server (a first build takes some minutes)",
        &["build", "--locked", "--bin", "habeas-server", "--bin", "habeas"],
    )?;
    let app = crate::app::build()?;
    let mut server = Command::new(program("habeas-server"))
        .args(["--port", &options.port, "--data"])
        .arg(&options.data)
        .arg("--app")
        .arg(app)
        .arg("--end-with-input")
        .env("HABEAS_LOG", "warn")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the server: {error}"))?;
    let result = accompany(&mut server, &options);
    if result.is_err() {
        // A server whose demo failed to load would look like one that works.
        let _ = server.kill();
    }
    let ended = server.wait().map_err(|error| error.to_string())?;
    result?;
    if ended.success() { Ok(()) } else { Err(format!("the server ended ({ended}); its own words are above")) }
}

fn read(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { demo: false, port: "8080".to_owned(), data: PathBuf::from("data") };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--demo" => options.demo = true,
            "--port" => {
                options.port.clone_from(value()?);
                options.port.parse::<u16>().map_err(|_| "--port needs a number from 0 to 65535".to_owned())?;
            }
            "--data" => options.data = PathBuf::from(value()?),
            "--help" | "-h" => return Err("serve takes --demo, --port N (8080) and --data DIR (data)".to_owned()),
            other => return Err(format!("serve does not know `{other}`; it takes --demo, --port N and --data DIR")),
        }
    }
    Ok(options)
}

/// SQLite and PostgreSQL's client are built from source.
fn compiler() -> Result<(), String> {
    let found = Command::new("cc")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if found {
        Ok(())
    } else {
        Err("there is no C compiler; install one (Debian, Ubuntu: apt-get install build-essential)".to_owned())
    }
}

/// Passes on what the server says, and loads the demo once it says that there is nobody yet.
fn accompany(server: &mut Child, options: &Options) -> Result<(), String> {
    let output = server.stdout.take().ok_or("the server has no output")?;
    let mut address = String::new();
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| error.to_string())?;
        // The demo makes its own organisation: how to make one by hand is for other days.
        let by_hand = line.starts_with("There is no organisation yet") || line.contains(" org create ");
        if !(options.demo && by_hand) {
            run::say(&line);
        }
        if let Some(said) = line.strip_prefix("Habeas listens on ") {
            said.clone_into(&mut address);
        }
        if let Some((_, code)) = line.split_once("--code ").filter(|_| options.demo) {
            demo(&address, code.split(' ').next().unwrap_or_default(), &options.data)?;
            tell(&address, &options.data);
        }
        if line.starts_with("The organisation is there") && options.demo {
            if options.data.join("demo").is_dir() {
                tell(&address, &options.data);
            } else {
                run::say("-- this folder holds an organisation of yours, so no demo was loaded; give another folder with --data");
            }
        }
    }
    Ok(())
}

fn demo(address: &str, code: &str, data: &Path) -> Result<(), String> {
    run::say("-- loading the demo (half a minute)");
    let output = Command::new(program("habeas"))
        .arg("--home")
        .arg(data.join("demo"))
        .args(["demo", "--server", address, "--code", code, "--mail"])
        .arg(data.join("mail"))
        .env("HABEAS_PASSPHRASE", PASSPHRASE)
        .env("HABEAS_PASSWORD", PASSWORD)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot start habeas: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "the demo could not be loaded: {}Remove {} and try again",
        String::from_utf8_lossy(&output.stderr),
        data.display()
    ))
}

fn tell(address: &str, data: &Path) {
    let habeas = program("habeas");
    let (habeas, demo) = (habeas.display(), data.join("demo"));
    run::say(&format!(
        "
The demo is loaded. Everybody's device lies in {demo}; each opens with the passphrase `{PASSPHRASE}`,
each account has the password `{PASSWORD}`:
  aliya, bolat   coordinators     dana, marat   lawyers
  zhanar         recorder         saule         advocate

  export HABEAS_PASSPHRASE='{PASSPHRASE}'
  {habeas} --home {demo}/aliya list
  {habeas} --home {demo}/dana sync
  {habeas} --home {demo}/saule tally show --from 2021-01-10 --to {today}

The app for the field  {address}/app/
Families ask on        {address}/family
Counts are released on {address}/counts
Mail becomes files in  {mail}
The API is described in {address}/openapi.json",
        demo = demo.display(),
        today = "2199-12-31",
        mail = data.join("mail").display(),
    ));
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}
