//! The app, ready to be served: WebAssembly with its JavaScript, the static files, the list for the service worker, and
//! everything compressed beside itself. Made below `target/app`, and made anew only when something has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{order, run};

/// What browsers run.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The most bytes that a first visit may take. 600,000 are the aim: see docs/decisions/0011-what-goes-over-the-wire.md.
const MOST: usize = 673_000;

/// Builds what has changed and returns the folder.
pub fn build() -> Result<PathBuf, String> {
    let arguments = ["build", "--locked", "-p", "habeas-app", "--target", TARGET, "--profile", "app"];
    cargo("building the app (a first build takes some minutes)", &arguments)?;
    let wasm = crate::serve::target().join(TARGET).join("app/habeas_app.wasm");
    let folder = crate::serve::target().join("app-served");
    let inputs = inputs(&wasm)?;
    let stamp = folder.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == inputs) {
        return Ok(folder);
    }
    run::say("-- binding and compressing the app");
    let _ = fs::remove_dir_all(&folder);
    bind(&wasm, &folder)?;
    for file in static_files()? {
        let name = file.file_name().ok_or("a static file has no name")?;
        fs::copy(&file, folder.join(name)).map_err(|error| at(&file, &error))?;
    }
    let served = files(&folder)?;
    let is_script = |file: &&PathBuf| file.extension().is_some_and(|end| end == "js");
    served.iter().filter(is_script).try_for_each(|file| without_comments(file))?;
    service_worker(&folder, &served)?;
    let mut sum = 0;
    for file in files(&folder)? {
        sum += compress(&file)?;
    }
    run::say(&format!("-- the app is {} kB over the wire", sum.div_ceil(1000)));
    if sum > MOST {
        return Err(format!("the app takes {sum} bytes, more than the {MOST} that a first visit may take over a slow network"));
    }
    // Last, so that a build that was cut off is made again.
    fs::write(&stamp, inputs).map_err(|error| at(&stamp, &error))?;
    Ok(folder)
}

/// Builds the app with what the bench calls and returns its folder, which is served to nobody else.
pub fn build_for_bench() -> Result<PathBuf, String> {
    let arguments =
        ["build", "--locked", "-p", "habeas-app", "--target", TARGET, "--profile", "app", "--features", "habeas-app/bench"];
    cargo("building the app for the bench", &arguments)?;
    let folder = crate::serve::target().join("app-bench");
    let _ = fs::remove_dir_all(&folder);
    bind(&crate::serve::target().join(TARGET).join("app/habeas_app.wasm"), &folder)?;
    for file in static_files()? {
        let name = file.file_name().ok_or("a static file has no name")?;
        fs::copy(&file, folder.join(name)).map_err(|error| at(&file, &error))?;
    }
    Ok(folder)
}

/// Runs cargo for the app: views without their types, which is half the code for the same page, hashes without unrolled loops, and
/// no path of this machine in it. What would print values for those who debug, and what a panic would say, is left out, in the standard
/// library too, which is built for it: nobody reads that on a phone, and it is tens of kB over the wire. These are unstable flags of the
/// compiler and of cargo, so both are told that we know.
pub fn cargo(what: &str, arguments: &[&str]) -> Result<(), String> {
    add_source()?;
    let mut flags = "--cfg erase_components --cfg sha2_backend_soft=\"compact\" -Zfmt-debug=none -Zlocation-detail=none \
                     -Zunstable-options -Cpanic=immediate-abort"
        .to_owned();
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let here = std::env::current_dir().map(|folder| folder.display().to_string());
    for (path, name) in [(home.ok(), "/cargo"), (here.ok(), "/habeas")] {
        if let Some(path) = path.filter(|path| !path.contains(' ')) {
            flags.push_str(&format!(" --remap-path-prefix={path}={name}"));
        }
    }
    // Before what a subcommand hands on to the compiler.
    let end = arguments.iter().position(|argument| *argument == "--").unwrap_or(arguments.len());
    let (own, rest) = arguments.split_at(end);
    let arguments = [own, &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"], rest].concat();
    run::cargo_with(what, &arguments, &[("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", &flags), ("RUSTC_BOOTSTRAP", "1")])
}

/// Adds the source of the standard library where it is missing.
fn add_source() -> Result<(), String> {
    let root = Command::new("rustc").args(["--print", "sysroot"]).output();
    let source = |root: &str| Path::new(root.trim()).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    if root.is_ok_and(|output| source(&String::from_utf8_lossy(&output.stdout)).is_file()) {
        return Ok(());
    }
    run::program("adding the source of the standard library", Path::new("rustup"), &["component", "add", "rust-src"])
        .map_err(|error| format!("{error}. Install it by hand: rustup component add rust-src"))
}

/// A hash over everything that the folder is made of, this program included.
fn inputs(wasm: &Path) -> Result<String, String> {
    let mut hash = Sha256::new();
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    for file in [own, wasm.to_owned()].into_iter().chain(static_files()?) {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(fs::read(&file).map_err(|error| at(&file, &error))?);
    }
    Ok(hex(&hash.finalize()))
}

/// What a library beneath the app's framework exports to serve streams, which nobody here asks for. Whatever is exported stays in
/// the module with all that it calls.
const STREAMS: [&str; 3] = ["intounderlying", "__wbg_intounderlying", "__wbindgen_describe_intounderlying"];

fn bind(wasm: &Path, folder: &Path) -> Result<(), String> {
    let mut config = walrus::ModuleConfig::new();
    config.strict_validate(false).generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse_file(wasm).map_err(|error| format!("{}: {error:#}", wasm.display()))?;
    let streams = module.exports.iter().filter(|export| STREAMS.iter().any(|name| export.name.starts_with(name)));
    for export in streams.map(|export| export.id()).collect::<Vec<_>>() {
        module.exports.delete(export);
    }
    let mut bindgen = Bindgen::new();
    let web = bindgen.web(true).map_err(|error| error.to_string())?;
    web.input_module("app", module).typescript(false).generate(folder).map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    let bound = folder.join("app_bg.wasm");
    let bytes = fs::read(&bound).map_err(|error| at(&bound, &error))?;
    let ordered = order::by_likeness(&without_gzip(bytes)).map_err(|error| format!("{}: {error}", bound.display()))?;
    fs::write(&bound, ordered).map_err(|error| at(&bound, &error))
}

/// Nobody reads scripts on a phone: they go without indentation and comments.
fn without_comments(script: &Path) -> Result<(), String> {
    let text = fs::read_to_string(script).map_err(|error| at(script, &error))?;
    let is_comment = |line: &str| ["//", "/**", "* ", "*/"].iter().any(|begin| line.starts_with(begin));
    let lines: Vec<&str> = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !is_comment(line)).collect();
    fs::write(script, lines.join("\n")).map_err(|error| at(script, &error))
}

/// The library that packs brings the tables of the checksum that only gzip has, 9 kB that nothing packs. Nobody here reads or writes
/// gzip; should somebody, its first checksum is wrong and says so.
fn without_gzip(mut module: Vec<u8>) -> Vec<u8> {
    let shifted = |crc: u32| (0..8).fold(crc, |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 });
    let mut table: Vec<u32> = (0..256).collect();
    for _ in 0..20 {
        table.iter_mut().for_each(|crc| *crc = shifted(*crc));
        let bytes: Vec<u8> = table.iter().flat_map(|crc| crc.to_le_bytes()).collect();
        while let Some(at) = module.windows(bytes.len()).position(|window| window == bytes) {
            module[at..at + bytes.len()].fill(0);
        }
    }
    module
}

fn static_files() -> Result<Vec<PathBuf>, String> {
    files(Path::new("app/static"))
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| at(folder, &error))? {
        let path = entry.map_err(|error| at(folder, &error))?.path();
        if path.is_dir() { all.extend(files(&path)?) } else { all.push(path) }
    }
    all.sort();
    Ok(all)
}

/// The service worker knows every file, and is another one whenever a file is.
fn service_worker(folder: &Path, served: &[PathBuf]) -> Result<(), String> {
    let path = folder.join("sw.js");
    let mut hash = Sha256::new();
    let mut names = vec!["/app/".to_owned()];
    for file in served {
        hash.update(fs::read(file).map_err(|error| at(file, &error))?);
        let name = file.strip_prefix(folder).map_err(|error| error.to_string())?.to_string_lossy().replace('\\', "/");
        if !matches!(name.as_str(), "sw.js" | "index.html") {
            names.push(format!("/app/{name}"));
        }
    }
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let text = fs::read_to_string(&path).map_err(|error| at(&path, &error))?;
    let text = text.replace("{version}", &hex(&hash.finalize())[..16]).replace("{files}", &format!("[{}]", names.join(", ")));
    fs::write(&path, text).map_err(|error| at(&path, &error))
}

/// Writes the file compressed beside itself and returns how many bytes go over the wire.
fn compress(file: &Path) -> Result<usize, String> {
    let bytes = fs::read(file).map_err(|error| at(file, &error))?;
    let mut packed = Vec::new();
    // Blocks of 64 kB: functions that look alike stand together, and each such part has statistics of its own. Two kB less than the library's choice.
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, lgblock: 16, ..Default::default() };
    brotli::BrotliCompress(&mut bytes.as_slice(), &mut packed, &parameters).map_err(|error| at(file, &error))?;
    if packed.len() >= bytes.len() {
        return Ok(bytes.len());
    }
    let name = PathBuf::from(format!("{}.br", file.display()));
    fs::write(&name, &packed).map_err(|error| at(&name, &error))?;
    Ok(packed.len())
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
